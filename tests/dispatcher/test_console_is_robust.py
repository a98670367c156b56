"""The console under what serial lines and boards really do."""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import Callable

import pytest

from pumice.dispatcher.console.engine import Console
from pumice.dispatcher.console.patterns import Patterns
from pumice.dispatcher.console.pty import PtyTransport
from pumice.dispatcher.errors import ConnectionClosed, KernelPanic
from pumice.dispatcher.session import signals
from pumice.dispatcher.session.kernel import KernelWatch


class Board:
    """A console, what the test lets a board say on it, and what it logged."""

    received: Callable[[bytes], None]
    ended: Callable[[str], None]

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.console = Console(self, self._log, lambda text: None)

    def _log(self, lines: list[str]) -> int:
        self.lines += lines
        return len(self.lines) - len(lines)

    def open(self, received: Callable[[bytes], None], ended: Callable[[str], None]) -> None:
        self.received, self.ended = received, ended

    def write(self, data: bytes) -> None:
        raise AssertionError(f"{data!r} is typed")

    async def close(self) -> None:
        self.ended("closed")

    def say(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.received(piece)


PANIC = b"[    9.1] Kernel panic - not syncing: Fatal exception\r\n"


async def test_a_prompt_is_found_however_it_is_cut_and_coloured() -> None:
    stream = b"\x1b[?2004h\x1b[1;32mroot@bo\x00ard\x1b[0m:~# "
    for cut in range(1, len(stream)):
        board = Board()
        waiting = asyncio.create_task(board.console.expect(Patterns(["root@board:~# "])))
        await asyncio.sleep(0)
        board.say(stream[:cut])
        await asyncio.sleep(0)
        board.say(stream[cut:])
        assert (await waiting).text == "root@board:~# "


async def test_bytes_that_are_no_text_cost_no_line_and_no_match() -> None:
    board = Board()
    noise = random.Random(7)
    garbage = [bytes(noise.choices(range(256), k=200)).replace(b"\n", b"?") for _ in range(200)]
    for number, bytes_ in enumerate(garbage):
        board.say(bytes_, b"\x18\n", f"line {number} is whole\n".encode())
    found = await board.console.expect(Patterns([r"line 199 is \w+"]))
    assert found.text == "line 199 is whole"
    whole = [line for line in board.lines if line.endswith("is whole")]
    assert len(whole) == 200
    assert len(board.lines) == 400


async def test_the_windows_edge_may_cut_a_character() -> None:
    board = Board()
    waiting = asyncio.create_task(board.console.expect(Patterns(["the end"])))
    for _ in range(200):
        board.say("ü€😀".encode() * 100)
        await asyncio.sleep(0)
    board.say(b"the end\n")
    assert (await waiting).text == "the end"
    assert "\ufffd" not in "".join(board.lines)


async def test_a_panic_in_the_middle_of_a_signal_ends_the_wait_with_all_of_it_logged() -> None:
    board = Board()
    watch = KernelWatch(board.console, quiet=0.05)
    watch.start()
    waiting = asyncio.create_task(board.console.expect(Patterns([signals.SIGNAL])))
    board.say(b"<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=one RES", b"\r\n", PANIC)
    await asyncio.sleep(0.02)
    board.say(b"[    9.2] ---[ end Kernel panic - not syncing ]---\r\n")
    with pytest.raises(KernelPanic, match="Fatal exception"):
        await waiting
    assert board.lines[-1].endswith("end Kernel panic - not syncing ]---")
    assert [finding["kind"] for finding in watch.findings] == ["panic"]


async def test_a_kernels_message_in_a_line_hides_no_later_signal() -> None:
    board = Board()
    board.say(b"<LAVA_SIGNAL_TESTCASE TEST_CASE[   10.5] usb 1-1: new device\r\n")
    board.say(b"[   10.6] x <LAVA_SIGNAL_TESTCASE TEST_CASE_ID=two RESULT=pass>\r\n")
    signal = signals.read(board.console, await board.console.expect(Patterns([signals.SIGNAL])))
    assert signal is not None
    assert signal.text == "TEST_CASE_ID=two RESULT=pass"
    assert board.lines[signal.record].startswith("[   10.6] x ")


async def test_a_stream_that_ends_in_half_a_sequence_still_ends() -> None:
    board = Board()
    board.say("half é".encode()[:-1], b"\x1b[12")
    board.ended("over")
    with pytest.raises(ConnectionClosed):
        await board.console.expect(Patterns(["never"]))
    assert board.lines == ["half \ufffd[12"]


async def test_100_megabytes_from_a_terminal_lose_no_line() -> None:
    lines = 1_000_000
    code = f"import sys\nfor n in range({lines}): sys.stdout.write('%07d ' % n + 'x' * 91 + '\\n')"
    counted = 0
    wrong: list[str] = []

    def log(batch: list[str]) -> int:
        nonlocal counted
        if not batch[0].startswith(f"{counted:07d} ") or len(batch[-1]) != 99:
            wrong.append(batch[0])
        counted += len(batch)
        return counted - len(batch)

    transport = PtyTransport([sys.executable, "-c", code])
    console = Console(transport, log, lambda text: None)
    try:
        found = await console.expect(Patterns([f"{lines - 1:07d} x+", "never", "nor this"]))
        with pytest.raises(ConnectionClosed):
            await console.expect(Patterns(["more"]))
    finally:
        await console.close()
    assert (counted, wrong) == (lines, [])
    assert console.heard == lines * 100
    assert found.record in (lines - 1, None)
