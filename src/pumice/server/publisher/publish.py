"""The publisher's loop."""

from __future__ import annotations

from pumice.server.daemon import Daemon
from pumice.server.events.stamping import stamp


def daemon() -> Daemon:
    """The publisher as a loop."""
    return Daemon("publisher", frozenset({"outbox"}), stamp, sweep=5.0)
