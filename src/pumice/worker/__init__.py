"""The worker: keeps one host's jobs alive and brings what they say to the server.

Promises: a job that the server names is started once; its spool is uploaded in order, each
record once, also when the dispatcher or this worker died in between; the job's end is reported
after its last record is acknowledged, and the job's folder is kept until that is done. A
restarted worker finds its jobs again, running or not. Nothing of an ended job is left running,
and what a dispatcher that died has left elsewhere (see the undo journal of
:mod:`pumice.dispatcher`) is undone by a process that this worker starts for it, before the job's
end is told.

May touch: its folder (``worker-dir``), an ended job's folder below ``dispatcher_download_dir``,
the server's worker doors (``/scheduler/internal/v1/``), and processes that carry a job's mark
in their environment.

Fails: a server that cannot be reached is tried again with back-off, for ever; a job that cannot
be started ends Incomplete with Infrastructure and a message that says why.
"""
