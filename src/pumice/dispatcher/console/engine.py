"""The console of one board.

Bytes come in from a transport; lines go out to the report at once; what is not yet consumed by
a match stays in a bounded window. Only :meth:`Console.expect` waits.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NoReturn

from pumice.dispatcher.console.cleaning import Cleaner
from pumice.dispatcher.console.patterns import Found, Pattern, Patterns
from pumice.dispatcher.console.transport import Transport
from pumice.dispatcher.errors import ConnectionClosed, InfrastructureError

SEARCHED = 16 << 10
"""Bytes that have been searched without a match and are kept for one that is still growing."""

UNREAD = 256 << 10
"""Bytes that are kept while nobody expects anything."""

LONGEST_LINE = 32 << 10
"""A line is logged in pieces of this many bytes where its end does not come."""


@dataclass(frozen=True, slots=True)
class Match:
    """What :meth:`Console.expect` found.

    ``index`` tells which pattern; ``text`` what matched; ``before`` the rest of its line up to
    it; ``record`` the position of the log record that holds the end of the match, or None
    where its line is not complete and so not logged yet.
    """

    index: int
    text: str
    before: str
    groups: tuple[str | None, ...]
    named: dict[str, str | None]
    record: int | None


class Watch:
    """Patterns that are looked for in every line, whoever waits for what."""

    def __init__(
        self, patterns: Sequence[str | Pattern], seen: Callable[[int, str, int], None]
    ) -> None:
        """``seen`` is called with the pattern's index, the line, and its record's position."""
        self.patterns = Patterns(patterns)
        self.seen = seen


@dataclass(slots=True)
class _Mark:
    """From this offset of the stream on, lines were logged from this record on."""

    offset: int
    record: int


class Console:
    """Logs, searches and types.

    ``ended`` says why the stream has ended, where it has; ``heard`` counts the bytes of text
    that have come, ``matched`` those up to the end of what :meth:`expect` found last.
    """

    def __init__(
        self,
        transport: Transport,
        log: Callable[[list[str]], int],
        typed: Callable[[str], None],
    ) -> None:
        """``log`` takes lines and returns the record's position of the first; ``typed`` is
        called with what is typed."""
        self._transport = transport
        self._log = log
        self._typed = typed
        self._cleaner = Cleaner()
        self._window = b""
        self._start = 0  # the offset in the stream of the window's first byte
        self._line = b""  # what has come and is not logged yet
        self._logged = 0  # its offset
        self._marks: deque[_Mark] = deque([_Mark(0, 0)])
        self._in_line = False  # the beginning of the line at _logged is logged already
        self._wake: asyncio.Future[None] | None = None
        self._failure: Exception | None = None
        self._watches: list[Watch] = []
        self._over = asyncio.Event()
        self._unusable = asyncio.Event()
        self._raw: Callable[[bytes], bytes] | None = None
        self.ended: str | None = None
        self.heard = 0
        self.matched = 0
        transport.open(self._received, self._closed)

    # What comes in.

    def _received(self, data: bytes) -> None:
        if self._raw is not None:
            data = self._raw(data)
        try:
            self._take(self._cleaner.feed(data))
        except OSError as error:
            self.fail(InfrastructureError(f"the log cannot be written: {error}"))
            self._line, self._logged = b"", self.heard
        if len(self._window) > UNREAD:
            self._trim(UNREAD // 2)
        self._awake()

    def _closed(self, why: str) -> None:
        self._take(self._cleaner.end())
        self.flush()
        self.ended = why
        self._over.set()
        self._unusable.set()
        self._awake()

    def _awake(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    def _take(self, text: bytes) -> None:
        """Search this later; log the lines that are complete, or too long to wait for."""
        self.heard += len(text)
        self._window += text
        self._line += text
        end = self._line.rfind(b"\n", len(self._line) - len(text)) + 1
        if end:
            lines = _lines(self._line[: end - 1])
            begin = 0
            if self._in_line and not lines[0]:
                # The line was logged before its end came.
                begin = self._line.index(b"\n") + 1
                del lines[0]
            self._in_line = False
            if lines:
                self._marks.append(_Mark(self._logged + begin, self._log(lines)))
                self._look(lines)
            self._line = self._line[end:]
            self._logged += end
        if len(self._line) > LONGEST_LINE:
            self.flush()

    def flush(self) -> None:
        """Log what has come of a line whose end has not."""
        piece = self._line.decode("utf-8", "replace").rstrip("\r")
        if not piece:
            return
        self._marks.append(_Mark(self._logged, self._log([piece])))
        self._logged += len(self._line)
        self._line = b""
        self._in_line = True
        self._look([piece])

    def _look(self, lines: list[str]) -> None:
        for watch in list(self._watches):
            self._look_in(watch, lines, self._marks[-1].record)

    def _look_in(self, watch: Watch, lines: list[str], record: int) -> None:
        block = "\n".join(lines).encode("utf-8", "replace")
        if watch.patterns.search_linear(block) is None:
            return
        for number, line in enumerate(lines):
            found = watch.patterns.search_linear(line.encode("utf-8", "replace"))
            if found is not None:
                watch.seen(found.index, line, record + number)

    def watch(self, watch: Watch) -> None:
        """Look for these patterns in every line from the last match on."""
        self._watches.append(watch)
        logged = self._window[: max(0, self._logged - self._start)]
        first = self._record(self._start)
        if logged and first is not None:
            lines = _lines(logged)
            self._look_in(watch, lines if lines[-1] else lines[:-1], first)

    def unwatch(self, watch: Watch) -> None:
        """No longer look for these patterns; unknown ones are ignored."""
        if watch in self._watches:
            self._watches.remove(watch)

    def fail(self, failure: Exception) -> None:
        """Let whoever waits, now or later, fail with this; the first call counts."""
        if self._failure is None:
            self._failure = failure
            self._unusable.set()
            self._awake()

    @property
    def failure(self) -> Exception | None:
        """What :meth:`fail` was called with."""
        return self._failure

    # What is waited for.

    async def expect(self, patterns: Patterns) -> Match:
        """Wait for the first match in what is not yet consumed, and consume up to its end.

        Limit the time with :func:`asyncio.timeout`. Raises ConnectionClosed where the stream
        ends first, and what :meth:`fail` was called with.
        """
        while True:
            if self._failure is not None:
                raise self._failure
            searched = self._start + len(self._window)
            start = self._start
            found = await patterns.search(self._window)
            if found is not None:
                return self._consume(found, start)
            if searched < self._start + len(self._window):
                continue  # more came while a slow pattern was searched
            if self.ended is not None:
                raise ConnectionClosed(f"the connection to the board is closed: {self.ended}")
            self._trim(SEARCHED)
            self._wake = asyncio.get_running_loop().create_future()
            try:
                await self._wake
            finally:
                self._wake = None

    async def until_unusable(self) -> NoReturn:
        """Wait until the stream has ended, or :meth:`fail` was called, and raise what
        :meth:`expect` would."""
        await self._unusable.wait()
        if self._failure is not None:
            raise self._failure
        raise ConnectionClosed(f"the connection to the board is closed: {self.ended}")

    async def until_ended(self) -> None:
        """Return when the stream has ended."""
        await self._over.wait()

    def _consume(self, found: Found, start: int) -> Match:
        shift = start - self._start  # the window may have been trimmed since
        begin, end = max(0, found.start + shift), max(0, found.end + shift)
        line = self._window.rfind(b"\n", 0, begin) + 1
        match = Match(
            found.index,
            self._window[begin:end].decode("utf-8", "replace"),
            self._window[line:begin].decode("utf-8", "replace"),
            found.groups,
            found.named,
            self._record(self._start + max(0, end - 1)),
        )
        self.matched = self._start + end
        self._cut(end)
        return match

    def record_of(self, match: Match) -> int:
        """The position of the record with the end of a match that was found just now.

        Its line is logged as far as it has come, if it is not logged yet.
        """
        if match.record is not None:
            return match.record
        self.flush()
        return self._marks[-1].record

    def _record(self, offset: int) -> int | None:
        """The position of the record with this byte of the stream, if it is logged."""
        if offset >= self._logged:
            return None
        mark = self._marks[0]
        for mark in reversed(self._marks):
            if mark.offset <= offset:
                break
        begin = max(0, mark.offset - self._start)
        return mark.record + self._window.count(b"\n", begin, offset - self._start)

    def _trim(self, keep: int) -> None:
        """Keep this many bytes, from the beginning of a character on."""
        cut = len(self._window) - keep
        while 0 < cut < len(self._window) and self._window[cut] & 0xC0 == 0x80:
            cut -= 1
        self._cut(cut)

    def _cut(self, count: int) -> None:
        """Drop bytes from the window's beginning, keeping the account of lines and records."""
        if count <= 0:
            return
        offset = self._start + count
        while len(self._marks) > 1 and self._marks[1].offset <= offset:
            self._marks.popleft()
        mark = self._marks[0]
        if mark.offset < offset:
            begin = max(0, mark.offset - self._start)
            mark.record += self._window.count(b"\n", begin, count)
            mark.offset = offset
        self._window = self._window[count:]
        self._start = offset

    def discard(self) -> None:
        """Consume everything that has come."""
        self._cut(len(self._window))

    # What goes out.

    async def send(self, text: str, delay: int = 0) -> None:
        """Type text, as it is; ``delay`` is the pause after each character in milliseconds."""
        self.flush()
        self._typed(text.removesuffix("\n"))
        await self.send_quietly(text, delay)

    async def send_quietly(self, text: str, delay: int = 0) -> None:
        """Type text without logging it."""
        if not delay:
            self._transport.write(text.encode())
            return
        for character in text:
            self._transport.write(character.encode())
            await asyncio.sleep(delay / 1000)

    @contextmanager
    def raw(self, received: Callable[[bytes], bytes]) -> Generator[Callable[[bytes], None]]:
        """The stream's own bytes, for a protocol between two programs.

        Until the block ends, ``received`` gets what comes; only what it returns is text again,
        to be logged and searched. What the block is given sends bytes.
        """
        self.flush()
        self._raw = received
        try:
            yield self._transport.write
        finally:
            self._raw = None

    async def close(self) -> None:
        """End the connection and what serves it."""
        await self._transport.close()
        self.flush()


def _lines(text: bytes) -> list[str]:
    return [line.rstrip("\r") for line in text.decode("utf-8", "replace").split("\n")]
