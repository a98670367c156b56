"""The language of devices: dictionaries, the shipped device types, and what they render to.

Promises: :func:`pumice.devices.rendering.render` turns a dictionary and the templates that it
extends into the YAML of a configuration, bounded in time and memory whatever the templates say;
:func:`pumice.devices.configuration.parse` turns that YAML into typed data;
:mod:`pumice.devices.library` holds the shipped types, one template each.

Touches nothing but the package's own templates: a site's come through the
:class:`pumice.devices.rendering.Templates` that a caller passes in. Fails with
:class:`pumice.formats.errors.InvalidDocument`, which names the template and the line.

Source of the format: LAVA's device dictionaries, their variables and the configuration that they
render to, as observed from outside.
"""
