"""One table of settings; Django's own are derived from it.

Promises: a setting is one row of :mod:`pumice.server.settings.table` (name, type, default, a
sentence); values come from ``DIR/settings.yaml``, then ``DIR/settings.d/*.yaml``, then the
environment (``PUMICE_<NAME>``). LAVA's names are understood. What a command sets stands in a file
of its own, that of :mod:`pumice.server.settings.site_file`.

Fails with :class:`pumice.server.settings.load.InvalidSettings`: an unknown key, with the nearest
known one, or a value of the wrong type, with the file that says it.
"""
