"""The kinds of tests: one module for each kind of the format.

A module's name is the kind's: the key of a test action that selects it. It offers what
:class:`pumice.definitions.methods.Method` asks for: ``NAME``, ``Keys``, ``RUNS`` and
``NOT_RUN``.
"""
