"""Downloads: files from the network or the worker, checked and unpacked while they come.

Promises: what arrives is exactly what the address holds (length and checksums of what was sent,
before unpacking), or the action fails; nothing is held in memory whole; a server that fails for
a moment is asked again.

Fails with :class:`pumice.dispatcher.errors.InfrastructureError` for what the network or the
disk did, and with :class:`pumice.dispatcher.errors.JobError` for what the job says wrongly: a
file that is not there, a checksum that differs, data that cannot be unpacked.
"""
