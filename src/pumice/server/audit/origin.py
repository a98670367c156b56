"""Where the request that is being answered came from, for the entries that it makes."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """The door (``xmlrpc``, ``rest``, ``web``, ``admin``, ``command``) and the caller's address."""

    via: str
    address: str = ""


NOWHERE = Origin("server")
"""The origin where no door named one."""

_current: ContextVar[Origin] = ContextVar("origin", default=NOWHERE)


def current() -> Origin:
    """The origin of what runs now; ``server`` where no door named one."""
    return _current.get()


@contextmanager
def came_from(via: str, address: str = "") -> Generator[None]:
    """Name the origin of all entries that are made inside."""
    token = _current.set(Origin(via, address[:45]))
    try:
        yield
    finally:
        _current.reset(token)
