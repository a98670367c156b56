"""The ground floor: limited YAML, durations, and errors that say where.

Promises: everything here is a pure function of its arguments, bounded in time and memory
whatever the input. Touches nothing outside the process. Imports nothing of Pumice.

Fails with :class:`pumice.formats.errors.InvalidDocument`, which carries every problem found,
each with its path in the document and, where known, its line and column.
"""
