"""The language of jobs: what a job definition and a test definition may say.

Promises: :func:`pumice.definitions.jobs.parse` is the gate that a submission passes, and
:func:`pumice.definitions.jobs.check` the schema check that editors and clients ask for; both
report everything that is wrong at once. :func:`pumice.definitions.planning.plan` turns a job and a
device into the tree of actions that a dispatcher performs. A new deploy or boot method or test
kind is one module in ``deploy``, ``boot`` or ``test``, found by listing the folder: see
:mod:`pumice.definitions.methods`.

Touches nothing outside the process: no file, no network. Fails with
:class:`pumice.formats.errors.InvalidDocument`, whose problems carry path, line and column.

Source of the formats: LAVA's job definitions and ``Lava-Test Test Definition 1.0``.
"""
