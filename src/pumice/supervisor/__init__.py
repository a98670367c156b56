"""The processes of ``pumice up``: one parent that loads the server once and forks the rest.

Promises: all HTTP on one port; web, scheduler with events, a coordinator on its own port, a
worker, and the virtual boards as processes that share the parent's memory; one that dies is
started again with back-off and takes none of the others with it; SIGTERM or Ctrl-C stops all
within 10 s and leaves running jobs to the next start. One ``pumice up`` uses a lab's folder at a
time; what a killed one left behind hinders no start.

The parent itself opens no thread and no database connection that a child could inherit.

May touch: the lab's folder and the two ports. Fails with a subclass of
:class:`pumice.supervisor.errors.CannotStart`, before anything was started.
"""
