"""The kinds of tests: one module for each kind that this version runs.

A module's name is the kind's: the key of a test action that selects it. It offers what
:class:`pumice.definitions.methods.Method` asks for: ``NAME``, ``Keys`` and ``NOT_RUN``.
"""
