"""Results: suites, sets and cases of a job, and their exports.

Promises: cases appear in the order in which the job reported them; at most one case named ``job``
in a suite. Written only by ``ingest`` and ``lifecycle``.
"""
