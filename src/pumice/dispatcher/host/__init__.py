"""What deploy, boot and test methods share on the host: processes, containers, USB, files.

Promises: a process that was started here is ended with all that it started, also when the
dispatcher is killed; its end is noticed at once. A container is removed with its job; those of
a dispatcher that was killed by whoever cleans up after it, since the job's journal names them.
"""
