"""Why a lab cannot be started."""

from __future__ import annotations


class CannotStart(Exception):
    """The lab cannot be started as asked: the message says what to change."""


class LabInUse(CannotStart):
    """Another ``pumice up`` uses this folder: stop it, or name another folder with --dir."""


class AddressInUse(CannotStart):
    """The address cannot be listened on: free it, or name another with --listen."""
