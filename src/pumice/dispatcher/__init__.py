"""The dispatcher: runs one job on one device, in a process of its own.

Promises: every record of the job is appended, in order, to the spool (``logs.yaml``) of the
output folder before anything else learns of it; ``description.yaml`` holds the plan and
``result.yaml`` the final result. Whatever happens, cleanup runs, the board is off, and the
last record is the result ``lava/job``, with an error type where the job failed.

What it puts elsewhere (files in the TFTP server's folder, in the one for downloads and in the
cache, containers, a board's power) it first notes in ``undo.jsonl`` in the output folder. Should
it be killed, ``python -m pumice.dispatcher --clean FOLDER``, or the next job in that folder, kills
the processes with the job's mark, undoes what is noted, the last first, and switches the board
off. Doing that again does no harm; what fails is logged, stays noted, and the rest goes on.

May touch: the output folder, a job folder of its own under the download folder, the TFTP
server's folder, the cache of downloads, containers with the label ``pumice.job``, the network
addresses that the job names, and the processes that it starts, which carry the job's mark
(``PUMICE_JOB_DIR``) in their environment, so that a worker can find them.

Fails with exit status 1 when the job fails, 2 when called wrongly. Knows nothing of the server.
"""
