"""The processes of ``pumice up``: one parent that loads the server once and forks the rest.

Promises: all HTTP on one port; web, scheduler with events, and a worker as processes that share
the parent's memory; one that dies is started again with back-off and takes none of the others
with it; SIGTERM or Ctrl-C stops all within 10 s and leaves running jobs to the next start.

Each process says what it does in its name (``comm``): ``pumice-supervisor``, ``pumice-web``,
``pumice-loops`` (scheduler and events), ``pumice-worker``.

The parent itself opens no thread and no database connection that a child could inherit.
"""
