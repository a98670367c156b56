"""What a job reports: in order, complete, and told of at once."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

from pumice.dispatcher.report import MASKED, Bell, Report
from pumice.wire.loglines import decode
from pumice.wire.spool import Spool


def test_records_are_in_the_spool_before_anybody_is_told(tmp_path: Path) -> None:
    path = tmp_path / "logs.yaml"
    told: list[tuple[int, int]] = []
    spool = Spool(path)

    def grown(records: list[str]) -> None:
        told.append((len(records), len(path.read_bytes().splitlines())))

    report = Report(spool, grown=grown)
    report.info("one")
    assert report.board(["two", "three"]) == 1
    report.results({"definition": "lava", "case": "x", "result": "pass"})
    spool.close()
    assert told == [(1, 1), (2, 3), (1, 4)]
    assert [decode(line).lvl for line in path.read_bytes().splitlines()] == [
        "info",
        "target",
        "target",
        "results",
    ]


def test_secrets_are_masked_in_texts_lists_and_maps(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "logs.yaml")
    report = Report(spool)
    report.hide(["abc", "abcdef", "", "  "])
    report.results({"case": "abcdef", "extra": {"list": ["x abc", 3], "none": None}})
    report.board(["line with abcdef in it"])
    spool.close()
    lines = tmp_path.joinpath("logs.yaml").read_bytes().splitlines()
    first, second = (decode(line).msg for line in lines)
    assert first == {"case": MASKED, "extra": {"list": [f"x {MASKED}", 3], "none": None}}
    assert second == f"line with {MASKED} in it"


def test_what_another_board_says_is_feedback(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "logs.yaml")
    Report(spool).board(["from afar"], "other")
    spool.close()
    line = decode(tmp_path.joinpath("logs.yaml").read_bytes())
    assert (line.lvl, line.ns) == ("feedback", "other")


async def test_the_bell_rings_at_once_and_then_at_most_every_10_ms(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "bell"))
        listener.setblocking(False)
        bell = Bell(str(tmp_path / "bell"))
        for _ in range(1000):
            bell.ring()
        assert rings(listener) == 1
        await asyncio.sleep(0.05)
        assert rings(listener) == 1
        bell.ring()
        bell.ring()
        bell.close()
        assert rings(listener) == 2


async def test_a_bell_that_nobody_hears_is_no_failure(tmp_path: Path) -> None:
    bell = Bell(str(tmp_path / "nobody"))
    bell.ring()
    bell.close()
    assert not tmp_path.joinpath("nobody").exists()


def rings(listener: socket.socket) -> int:
    count = 0
    while True:
        try:
            listener.recv(1)
        except BlockingIOError:
            return count
        count += 1


async def test_threads_report_too_and_the_bell_rings(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "bell"))
        listener.setblocking(False)
        bell = Bell(str(tmp_path / "bell"))
        spool = Spool(tmp_path / "logs.yaml")
        report = Report(spool, grown=lambda _: bell.ring())

        def say(thread: int) -> None:
            for number in range(100):
                assert report.board([f"{thread} {number}"]) < report.position

        await asyncio.gather(*(asyncio.to_thread(say, thread) for thread in range(4)))
        await asyncio.sleep(0)
        bell.close()
        spool.close()
        assert rings(listener) > 0
    lines = tmp_path.joinpath("logs.yaml").read_bytes().splitlines()
    said = [str(decode(line).msg).split() for line in lines]
    assert len(said) == report.position == 400
    for thread in range(4):
        assert [int(n) for t, n in said if int(t) == thread] == list(range(100))
