"""Waiting before another try: longer each time, and over at once when the server is back."""

from __future__ import annotations

import asyncio
import contextlib
import random


class Recovery:
    """Ends every pause of a worker's back-offs when the server has been heard from again."""

    def __init__(self) -> None:
        self._heard = asyncio.Event()

    def announce(self) -> None:
        """Wake all who pause now."""
        self._heard.set()
        self._heard = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        """Return after the time, or as soon as :meth:`announce` is called."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._heard.wait()


class Backoff:
    """Pauses of 0.1 s doubling to 10 s, each shortened at random so that workers spread out."""

    def __init__(self, recovery: Recovery, first: float = 0.1, longest: float = 10.0) -> None:
        self._recovery = recovery
        self._first = first
        self._longest = longest
        self._next = first

    def reset(self) -> None:
        """Begin with the shortest pause again: something worked."""
        self._next = self._first

    def next(self) -> float:
        """The length of the next pause; the one after it is longer."""
        seconds = self._next * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
        self._next = min(self._next * 2, self._longest)
        return seconds

    async def pause(self) -> None:
        """Wait before the next try."""
        await self._recovery.wait(self.next())
