"""The boot methods: one module for each ``method`` that this version runs.

A module's name is the method's with ``_`` for ``-``. It offers what
:class:`pumice.definitions.methods.Method` asks for: ``NAME``, ``Keys`` and ``NOT_RUN``.
"""
