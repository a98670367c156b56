"""Downloads: files from the network or the worker, checked and unpacked while they come.

Promises: what arrives is exactly what the address holds (length and checksums of what was sent,
before unpacking), or the action fails and leaves no file; nothing is held in memory whole; a
server that fails for a moment is asked again, and a transfer that breaks off goes on where it was
if the server can tell that the file is still the same. Passwords in addresses are not logged.

May touch: the job's folder, the cache's folder that dispatcher.yaml names, the addresses that
the job names, and the programs ``ssh`` and ``rclone``.

Fails with :class:`pumice.dispatcher.errors.InfrastructureError` for what the network or the
disk did, with :class:`pumice.dispatcher.errors.JobError` for what the job says wrongly: a
file that is not there, a checksum that differs, data that cannot be unpacked; and with
:class:`pumice.dispatcher.errors.ConfigurationError` for wrong words in dispatcher.yaml. A cache
that cannot be written is a warning.
"""
