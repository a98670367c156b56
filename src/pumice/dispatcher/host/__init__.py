"""What deploy, boot and test methods share on the host: processes.

Promises: a process that was started here is ended with all that it started, also when the
dispatcher is killed; its end is noticed at once.
"""
