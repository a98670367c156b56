"""What arrives of what a faulty board says."""

from __future__ import annotations

import pytest

from pumice.boards.faults import Line

BOOT = b"[    0.000000] Linux version 6.1\r\n" * 100 + b"pumice login: "


def heard(fault: str | None, data: bytes, size: int = 7) -> bytes:
    line = Line(fault)
    pieces = (data[place : place + size] for place in range(0, len(data), size))
    return b"".join(line.carry(piece) for piece in pieces)


@pytest.mark.parametrize("fault", [None, "slow", "drops-network", "ignores-power-off"])
def test_some_faults_leave_the_bytes_alone(fault: str | None) -> None:
    assert heard(fault, BOOT) == BOOT


def test_a_silent_board_says_nothing() -> None:
    assert heard("silent", BOOT) == b""


def test_a_garbled_line_has_the_same_wrong_bits_each_time() -> None:
    first = heard("garbled", BOOT)
    assert first == heard("garbled", BOOT, size=64)
    different = [ours ^ theirs for ours, theirs in zip(first, BOOT, strict=True)]
    wrong = [bits for bits in different if bits]
    assert len(BOOT) // 25 > len(wrong) > len(BOOT) // 100
    assert all(bits.bit_count() == 1 for bits in wrong)


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_a_kernel_panics_when_it_would_ask_for_a_login(size: int) -> None:
    said = heard("panics", BOOT + b"\r\nmore", size)
    assert said.startswith(BOOT.removesuffix(b"login: "))
    assert said.count(b"Kernel panic - not syncing") == 2
    assert said.endswith(b"]---\r\n")


def test_one_that_asks_for_none_panics_all_the_same() -> None:
    said = heard("panics", b"a line of a kernel\n" * 20_000, 1000)
    assert b"Kernel panic" in said
    assert len(said) < 300_000


@pytest.mark.parametrize(
    "said", [b"Loading: *\x08###", b"tftp://10.0.2.2/vmlinuz... 12%", b"pumice login: "]
)
def test_the_network_is_cut_when_a_board_loads_or_is_up(said: bytes) -> None:
    line = Line("drops-network")
    line.carry(b"Net: eth0: e1000\r\n=> dhcp\r\n")
    assert not line.cut
    for byte in said:
        line.carry(bytes([byte]))
    assert line.cut


def test_a_slow_line_has_the_pace_of_9600_baud() -> None:
    assert Line("slow").pace == 960
    assert Line(None).pace is None
