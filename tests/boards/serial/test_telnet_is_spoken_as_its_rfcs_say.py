"""The server's side of telnet, byte by byte."""

from __future__ import annotations

import pytest

from pumice.boards.telnet import GREETING, Telnet

AGREES = bytes.fromhex("fffd00 fffb00")
"""A client does binary transmission, and wants it."""


def test_the_greeting_offers_echo_and_binary_transmission() -> None:
    assert bytes.fromhex("fffb01 fffb03 fffb00 fffd00 fffd03") == GREETING


@pytest.mark.parametrize(
    ("told", "typed", "answer"),
    [
        (b"ls\r\0", b"ls\r", b""),
        (b"ls\r\n", b"ls\r\n", b""),
        (b"a\xff\xffb", b"a\xffb", b""),
        (b"\xff\xfd\x00\xff\xfb\x03", b"", b""),
        (b"\xff\xfd\x05", b"", b"\xff\xfc\x05"),
        (b"\xff\xfb\x18", b"", b"\xff\xfe\x18"),
        (b"\xff\xfe\x01", b"", b""),
        (b"\xff\xfa\x18\x00xterm\xff\xff\xff\xf0a", b"a", b""),
        (b"\xff\xf6\xff\xf1b", b"b", b""),
    ],
)
def test_a_client_is_understood(told: bytes, typed: bytes, answer: bytes) -> None:
    whole = Telnet()
    assert whole.receive(told) == (typed, answer)
    pieces, found = Telnet(), [b"", b""]
    for byte in told:
        for index, part in enumerate(pieces.receive(bytes([byte]))):
            found[index] += part
    assert (found[0], found[1]) == (typed, answer)


def test_bytes_are_bytes_for_a_client_that_agrees() -> None:
    telnet = Telnet()
    assert telnet.receive(AGREES) == (b"", b"")
    assert telnet.send(b"a\rb\xff\r\n") == b"a\rb\xff\xff\r\n"
    assert telnet.receive(b"a\r\0\r\n")[0] == b"a\r\0\r\n"


def test_one_that_stops_gets_nul_after_carriage_return_again() -> None:
    telnet = Telnet()
    telnet.receive(AGREES)
    assert telnet.receive(b"\xff\xfe\x00\xff\xfc\x00")[1] == b"\xff\xfc\x00\xff\xfe\x00"
    assert telnet.send(b"a\rb") == b"a\r\0b"
    assert telnet.receive(b"a\r\0b")[0] == b"a\rb"


def test_a_carriage_return_at_the_end_waits_for_what_follows() -> None:
    telnet = Telnet()
    assert telnet.send(b"a\r") == b"a\r"
    assert telnet.send(b"\nb\r") == b"\nb\r"
    assert telnet.send(b"c") == b"\0c"
