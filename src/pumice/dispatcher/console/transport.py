"""What a console needs of a byte stream."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Transport(Protocol):
    """A byte stream to and from a board."""

    def open(self, received: Callable[[bytes], None], ended: Callable[[str], None]) -> None:
        """Begin to call ``received`` with what comes, then ``ended`` once, saying why."""
        ...

    def write(self, data: bytes) -> None:
        """Send bytes, later where the other side does not take them yet."""
        ...

    async def close(self) -> None:
        """End the stream and what serves it; return when it is gone. May be called again."""
        ...
