"""The lab: workers, device types, devices, tags, aliases, and their configuration files.

Promises: what stands here is the state that the scheduler sees; device dictionaries, device
types, health checks and the workers' files are read from the lab's folder, through
``configuration``. Names from outside never leave that folder.

Fails with :class:`pumice.formats.errors.InvalidDocument` for a dictionary that does not render, and
:class:`pumice.server.lab.configuration.NoConfiguration` where there is none.
"""
