"""The console: every line once, wherever the stream is cut."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from pumice.dispatcher.console.engine import LONGEST_LINE, Console
from pumice.dispatcher.console.patterns import Patterns


class Stream:
    """A transport that says what the test says."""

    received: Callable[[bytes], None]
    ended: Callable[[str], None]

    def __init__(self) -> None:
        self.written = b""

    def open(self, received: Callable[[bytes], None], ended: Callable[[str], None]) -> None:
        self.received, self.ended = received, ended

    def write(self, data: bytes) -> None:
        self.written += data

    async def close(self) -> None:
        self.ended("closed")


class Board:
    """A console on such a stream, and what it logged."""

    def __init__(self) -> None:
        self.stream = Stream()
        self.lines: list[str] = []
        self.console = Console(self.stream, self._log, lambda text: None)

    def _log(self, lines: list[str]) -> int:
        self.lines += lines
        return len(self.lines) - len(lines)

    def say(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.stream.received(piece)

    def end(self) -> None:
        self.stream.ended("over")


def logged(*pieces: bytes) -> list[str]:
    board = Board()
    board.say(*pieces)
    board.end()
    return board.lines


async def test_lines_end_with_newlines_and_any_carriage_returns() -> None:
    assert logged(b"one\ntwo\r\nthree\r\r\n\nfive") == ["one", "two", "three", "", "five"]


async def test_escape_sequences_and_nul_are_taken_out() -> None:
    text = b"\x1b[1;32mgreen\x1b[0m \x00b\x1b]0;title\x07c\x1b(Bd\x1b7e\x1b[?2004hf\n"
    assert logged(text) == ["green bcdef"]


async def test_an_escape_that_begins_nothing_goes_alone() -> None:
    assert logged(b"a\x1b[\x01b\n", b"c\x1b") == ["a[\x01b", "c"]


async def test_bytes_that_are_not_utf8_become_replacement_characters() -> None:
    assert logged(b"caf\xc3\xa9 \xff\xfe ok\n") == ["café \ufffd\ufffd ok"]


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *(b"text", b"\n", b"\r\n", b"\xc3\xa9", b"\xe2\x82\xac", b"\x1b[31m"),
                *(b"\x1b]0;t\x07", b"\x00", b"\xff", b"login: ", b"\x1b", b"\x1b[", b"\x1bP"),
            ]
        ),
        max_size=30,
    ),
    st.data(),
)
def test_it_is_all_one_where_the_stream_is_cut(parts: list[bytes], data: st.DataObject) -> None:
    text = b"".join(parts)
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=6).map(sorted))
    edges = [0, *cuts, len(text)]
    pieces = [text[a:b] for a, b in itertools.pairwise(edges)]

    async def both() -> None:
        assert logged(*pieces) == logged(text)

    asyncio.run(both())


async def test_a_line_without_an_end_is_logged_in_pieces() -> None:
    board = Board()
    board.say(*[b"x" * 1000] * 100)
    assert sum(map(len, board.lines)) >= 100_000 - LONGEST_LINE
    board.say(b"\nnext\n")
    assert sum(map(len, board.lines)) == 100_000 + 4
    assert board.lines[-1] == "next"


async def test_half_a_line_is_logged_before_what_is_typed_and_only_once() -> None:
    board = Board()
    board.say(b"login: ")
    assert board.lines == []
    await board.console.send("root\n")
    assert board.lines == ["login: "]
    board.say(b"root\r\nLast login\r\n")
    assert board.lines == ["login: ", "root", "Last login"]


async def test_the_end_of_half_a_line_that_is_logged_is_no_line() -> None:
    board = Board()
    board.say(b"half")
    board.console.flush()
    board.say(b"\r\nwhole\n")
    assert board.lines == ["half", "whole"]


async def test_a_match_knows_the_record_of_its_line() -> None:
    board = Board()
    patterns = Patterns([r"<(\w+)>"])
    board.say(b"a\nb <one> c\nd\n<two>\n<three> and")
    places = []
    for _ in range(3):
        match = await board.console.expect(patterns)
        places.append((match.groups[0], match.before, board.console.record_of(match)))
    assert places == [("one", "b ", 1), ("two", "", 3), ("three", "", 4)]
    assert board.lines == ["a", "b <one> c", "d", "<two>", "<three> and"]


@settings(deadline=None)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=40))
def test_records_of_matches_are_right_wherever_the_stream_is_cut(sizes: list[int]) -> None:
    async def run() -> None:
        board = Board()
        text = b"".join(b"line %d\r\nsignal <%d>\r\n" % (i, i) for i in range(20))
        patterns = Patterns([r"<(\d+)>"])
        found = []
        place = index = 0
        while place < len(text):
            board.say(text[place : place + sizes[index % len(sizes)]])
            place, index = place + sizes[index % len(sizes)], index + 1
            while True:
                try:
                    async with asyncio.timeout(0):
                        match = await board.console.expect(patterns)
                except TimeoutError:
                    break
                found.append((match.groups[0], board.console.record_of(match)))
        assert [number for number, _ in found] == [str(i) for i in range(20)]
        for number, record in found:
            assert f"<{number}>" in board.lines[record]
        # A line that is logged before its end came is two records; nothing else is.
        assert "".join(board.lines) == text.decode().replace("\r\n", "")

    asyncio.run(run())
