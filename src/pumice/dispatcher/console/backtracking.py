"""Patterns that may take for ever, searched in a process that can be ended.

The process is this module, run by itself. Both sides exchange JSON, one value a line: first the
list of patterns, then for each search ``[pattern's place, text]``, answered by null or
``[start, end, groups, named groups]`` with places counted in bytes of UTF-8.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from pumice.dispatcher.errors import InfrastructureError, JobError
from pumice.dispatcher.host.processes import die_with_parent

LIMIT = 2.0
"""Seconds that one search may take."""

_MAX_LINE = 16 << 20


@dataclass(frozen=True, slots=True)
class Answer:
    """A match: from where to where (bytes), and its groups."""

    start: int
    end: int
    groups: tuple[str | None, ...]
    named: dict[str, str | None]


class Backtracker:
    """Searches patterns in a process of their own; it starts with the first search."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = list(patterns)
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def search(self, place: int, text: bytes) -> Answer | None:
        """Search the pattern at this place of the list.

        Raises JobError, naming the pattern, where that takes longer than :data:`LIMIT`.
        """
        try:
            async with asyncio.timeout(LIMIT if self._process else LIMIT + 2):
                line = await self._ask([place, text.decode("utf-8", "replace")])
        except TimeoutError as error:
            self.close()
            raise JobError(
                f"the pattern {self._patterns[place]!r} needs more than {LIMIT:.0f} s to search "
                f"{len(text)} bytes of output: write one that backtracks less"
            ) from error
        if not line:
            self.close()
            raise InfrastructureError("the process that searches patterns ended")
        answer = json.loads(line)
        if answer is None:
            return None
        start, end, groups, named = answer
        return Answer(start, end, tuple(groups), named)

    async def _ask(self, request: object) -> bytes:
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await self._start()
        self._writer.write(json.dumps(request).encode() + b"\n")
        await self._writer.drain()
        return await self._reader.readline()

    async def _start(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: ASYNC220 - returns at once
                [sys.executable, "-m", __name__],
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                preexec_fn=die_with_parent,
            )
        reader, writer = await asyncio.open_connection(sock=ours, limit=_MAX_LINE)
        writer.write(json.dumps(self._patterns).encode() + b"\n")
        return reader, writer

    def close(self) -> None:
        """End the process. The next search starts another."""
        if self._writer is not None:
            self._writer.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = self._reader = self._writer = None


def serve() -> None:
    """Answer searches from standard input on standard output until it ends."""
    lines = iter(sys.stdin.buffer)
    patterns: list[str] = json.loads(next(lines))
    compiled = [re.compile(text, re.DOTALL) for text in patterns]
    for line in lines:
        request: tuple[int, str] = json.loads(line)
        place, text = request
        match = compiled[place].search(text)
        answer: object = None
        if match is not None:
            start = len(text[: match.start()].encode())
            end = start + len(match.group().encode())
            answer = [start, end, match.groups(), match.groupdict()]
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    serve()
