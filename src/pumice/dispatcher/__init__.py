"""The dispatcher: runs one job on one device, in a process of its own.

Promises: every record of the job is appended, in order, to the spool (``logs.yaml``) of the
output folder before anything else learns of it; ``description.yaml`` holds the plan and
``result.yaml`` the final result. Whatever happens, cleanup runs, the board is off, and the
last record is the result ``lava/job``, with an error type where the job failed.

May touch: the output folder, a job folder of its own under the download folder, the network
addresses that the job names, and the processes that it starts, which carry the job's mark
(``PUMICE_JOB_DIR``) in their environment, so that a worker can find them.

Fails with exit status 1 when the job fails, 2 when called wrongly. Knows nothing of the server.
"""
