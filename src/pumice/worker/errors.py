"""What can go wrong between a worker and its server, named by what the worker does about it."""

from __future__ import annotations


class TryLater(Exception):
    """The server cannot be reached or did not do as asked: try the same again later."""


class UnknownJob(Exception):
    """The server does not know this job (any more): stop it and forget it."""


class BodyTooLarge(Exception):
    """The server takes no body of this size: send fewer records at a time."""


class WrongPosition(Exception):
    """The server has fewer records than it acknowledged (it was restored): send them again."""


class NoPushChannel(Exception):
    """The server offers no push channel: rely on pings at the interval."""


class FolderUnusable(Exception):
    """This worker cannot have the folder, as the message says: give it another --worker-dir."""


class CannotStart(Exception):
    """The job cannot be started on this worker: the message says why; the job ends Incomplete."""
