"""The workers' doors, below ``/scheduler/internal/v1/``: LAVA's, and two of our own.

Promises: unmodified LAVA workers work; errors are ``{"error": "<text>"}`` with the texts that they
compare. Our worker's own doors are ``workers/<name>/push/`` (told at once that a job waits) and
log uploads as raw lines. A request holds the token of the worker or of the job that it is about.
"""
