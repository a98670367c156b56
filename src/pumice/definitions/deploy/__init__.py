"""The deploy methods: one module for each ``to`` of the format.

A module's name is the method's with ``_`` for ``-``. It offers what
:class:`pumice.definitions.methods.Method` asks for: ``NAME``, ``Keys``, ``RUNS`` and
``NOT_RUN``.
"""
