"""The console: patterns are found, in time and in order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest

from pumice.dispatcher.console import backtracking
from pumice.dispatcher.console.engine import UNREAD, Console, Watch
from pumice.dispatcher.console.patterns import Pattern, Patterns, check
from pumice.dispatcher.errors import ConnectionClosed, JobError, KernelPanic


class Stream:
    received: Callable[[bytes], None]
    ended: Callable[[str], None]

    def __init__(self) -> None:
        self.written: list[bytes] = []

    def open(self, received: Callable[[bytes], None], ended: Callable[[str], None]) -> None:
        self.received, self.ended = received, ended

    def write(self, data: bytes) -> None:
        self.written.append(data)

    async def close(self) -> None:
        self.ended("closed")


@pytest.fixture
def stream() -> Stream:
    return Stream()


@pytest.fixture
def console(stream: Stream) -> Console:
    return Console(stream, lambda lines: 0, lambda text: None)


async def test_the_leftmost_match_wins_then_the_first_pattern(
    console: Console, stream: Stream
) -> None:
    stream.received(b"one two two")
    patterns = Patterns(["two", "o[a-z]+", "one", "t.o"])
    found = [(await console.expect(patterns)) for _ in range(3)]
    assert [(match.index, match.text) for match in found] == [(1, "one"), (0, "two"), (0, "two")]


async def test_a_match_may_be_split_over_many_reads(console: Console, stream: Stream) -> None:
    waiting = asyncio.create_task(console.expect(Patterns(["root@host:.*# "])))
    for byte in b"root@host:~# ":
        await asyncio.sleep(0)
        assert not waiting.done()
        stream.received(bytes([byte]))
    assert (await waiting).text == "root@host:~# "


async def test_what_is_said_before_anybody_waits_is_found(console: Console, stream: Stream) -> None:
    stream.received(b"early: \n")
    assert (await console.expect(Patterns(["early: "]))).index == 0


async def test_a_flood_that_nobody_waits_for_needs_no_more_than_the_window(
    console: Console, stream: Stream
) -> None:
    for _ in range(100):
        stream.received(b"x" * 65_535 + b"\n")
    stream.received(b"the end")
    # The bound on memory is the promise, and nothing else tells of it.
    assert len(console._window) <= UNREAD + 65_536
    assert (await console.expect(Patterns(["the end"]))).text == "the end"


async def test_a_flood_delays_no_timeout(console: Console, stream: Stream) -> None:
    line = b"[   12.345678] pci 0000:00:03.0: reg 0x10: [io  0xc000-0xc01f]\r\n" * 60
    flooding = True

    async def flood() -> None:
        while flooding:
            stream.received(line)
            await asyncio.sleep(0)

    task = asyncio.create_task(flood())
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await console.expect(Patterns(["never", "ever", r"lo+king \d+ for"]))
    flooding = False
    await task
    assert time.monotonic() - began < 1.5
    assert console.heard > 1_000_000


async def test_the_end_of_the_stream_says_why(console: Console, stream: Stream) -> None:
    waiting = asyncio.create_task(console.expect(Patterns(["never"])))
    await asyncio.sleep(0)
    stream.ended("qemu was killed by SIGKILL")
    with pytest.raises(ConnectionClosed, match="qemu was killed by SIGKILL"):
        await waiting


async def test_what_was_said_before_the_end_is_still_found(
    console: Console, stream: Stream
) -> None:
    stream.received(b"last words")
    stream.ended("over")
    assert (await console.expect(Patterns(["last words"]))).text == "last words"


async def test_a_watch_sees_every_line_whoever_waits(console: Console, stream: Stream) -> None:
    seen: list[str] = []
    console.watch(Watch(["panic", "oops"], lambda index, line, record: seen.append(line)))
    stream.received(b"a panic here\r\nnothing\r\n")
    await console.expect(Patterns(["nothing"]))
    stream.received(b"an oo")
    stream.received(b"ps\n")
    assert seen == ["a panic here", "an oops"]


async def test_a_watch_sees_what_came_since_the_last_match(
    console: Console, stream: Stream
) -> None:
    stream.received(b"before panic\nLinux version 6\nafter panic\n")
    await console.expect(Patterns(["Linux version"]))
    seen: list[str] = []
    console.watch(Watch(["panic"], lambda index, line, record: seen.append(line)))
    assert seen == ["after panic"]


async def test_a_console_that_fails_wakes_whoever_waits(console: Console) -> None:
    waiting = asyncio.create_task(console.expect(Patterns(["never"])))
    await asyncio.sleep(0)
    console.fail(KernelPanic("it stopped"))
    with pytest.raises(KernelPanic):
        await waiting


async def test_a_pattern_of_whole_lines_waits_for_the_lines_end(
    console: Console, stream: Stream
) -> None:
    pattern = Pattern(r"^size: (\d+)", multiline=True, whole_lines=True)
    waiting = asyncio.create_task(console.expect(Patterns([pattern])))
    stream.received(b"first\nsize: 12")
    await asyncio.sleep(0.01)
    assert not waiting.done()
    stream.received(b"34\n")
    assert (await waiting).groups == ("1234",)


async def test_a_pattern_with_look_around_is_searched_elsewhere(
    console: Console, stream: Stream
) -> None:
    patterns = Patterns(["plain", r"(?<=é )(?P<word>\w+)(?= end)"])
    stream.received("é word end plain".encode())
    match = await console.expect(patterns)
    assert (match.index, match.text, match.named) == (1, "word", {"word": "word"})
    assert (await console.expect(patterns)).text == "plain"
    patterns.close()


async def test_a_pattern_that_backtracks_for_ever_is_named(
    console: Console, stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backtracking, "LIMIT", 0.3)
    patterns = Patterns([r"(?=x)(x+x+)+y"])
    stream.received(b"x")
    waiting = asyncio.create_task(console.expect(patterns))
    await asyncio.sleep(0.2)
    stream.received(b"x" * 40)
    with pytest.raises(JobError, match=r"the pattern '\(\?=x\)\(x\+x\+\)\+y' needs more than"):
        await waiting


def test_what_is_no_pattern_is_said_at_once() -> None:
    with pytest.raises(JobError, match="is not a regular expression"):
        check(Pattern("(unclosed"))


async def test_typing_with_a_delay_sends_one_character_at_a_time(
    console: Console, stream: Stream
) -> None:
    await console.send("abc\n", delay=1)
    assert stream.written == [b"a", b"b", b"c", b"\n"]
