"""The console engine: megabytes of serial output for a second of a core, with 20 patterns watched.

Once alone (bytes in, lines cut and stamped, patterns searched), once with every line appended to
a spool as a record, and once as a whole dispatcher with a board that prints. What counts is the
process's own time, so that other programs do not. Fails where a line is lost.

Run: ``python -m bench.console [--megabytes 100] [--json FILE]``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench import plain_jobs
from pumice.dispatcher.console.engine import Console, Watch
from pumice.dispatcher.console.patterns import Patterns
from pumice.dispatcher.report import Report
from pumice.dispatcher.session.kernel import KINDS
from pumice.dispatcher.session.signals import RUNNER, SIGNAL
from pumice.testing.cost import cost
from pumice.wire.spool import Spool

LINE = b"[   12.345678] pci 0000:00:03.0: reg 0x10: [io  0xc000-0xc01f] size 0x20 alignment\r\n"
LINES_AT_ONCE = 50  # what a terminal gives at a time: 4 KiB
END = b"the end 42\n"
EXPECTED = [
    RUNNER,
    SIGNAL,
    r"the end \d+",
    "root@board:.*# ",
    "login: ",
    "Login incorrect",
    r"\w+: (?:pass|fail)$",
    r"ERROR: [a-z]+ \d{3}",
    r"x{3,9}y",
]


class _Stream:
    """A transport that says what the benchmark says."""

    received: Callable[[bytes], None]

    def open(self, received: Callable[[bytes], None], ended: Callable[[str], None]) -> None:
        self.received = received

    def write(self, data: bytes) -> None:
        raise NotImplementedError("nothing is typed here")

    async def close(self) -> None:
        return


async def flood(log: Callable[[list[str]], int], megabytes: int) -> float:
    """Megabytes a second of a core, from the first byte to the match after the last."""
    stream = _Stream()
    console = Console(stream, log, lambda text: None)
    console.watch(Watch([pattern for _, pattern in KINDS], lambda index, line, record: None))
    waiting = asyncio.create_task(console.expect(Patterns(EXPECTED)))
    chunk = LINE * LINES_AT_ONCE
    count = megabytes * 1_000_000 // len(chunk)
    began = time.process_time()
    for _ in range(count):
        stream.received(chunk)
        await asyncio.sleep(0)
    stream.received(END)
    match = await waiting
    seconds = time.process_time() - began
    if match.record != count * LINES_AT_ONCE:
        raise SystemExit(f"the last line is record {match.record}, not {count * LINES_AT_ONCE}")
    return count * len(chunk) / 1e6 / seconds


def dispatcher(megabytes: int) -> float:
    """Megabytes a second of a core, of all that a dispatcher does from its start to its end."""
    size = len(plain_jobs.LINE) + 2
    count = megabytes * 1_000_000 // size
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seconds = cost(plain_jobs.flood(folder, count)).seconds
        with (folder / "output" / "logs.yaml").open("rb") as log:
            lines = sum(b"pci 0000:00:03.0: reg" in line for line in log)
    if lines != count:
        raise SystemExit(f"of {count} lines, {lines} are in the log")
    return count * size / 1e6 / seconds


async def measure(megabytes: int) -> dict[str, float]:
    """The figures of the engine."""
    lines = 0

    def count(batch: list[str]) -> int:
        nonlocal lines
        lines += len(batch)
        return lines - len(batch)

    alone = await flood(count, megabytes)
    with tempfile.TemporaryDirectory() as folder:
        spool = Spool(Path(folder) / "logs.yaml")
        spooled = await flood(Report(spool).board, megabytes)
        spool.close()
    return {"engine_mb_per_s": round(alone, 1), "spooled_mb_per_s": round(spooled, 1)}


def main() -> None:
    """Measure, and print a table and JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    figures = asyncio.run(measure(given.megabytes))
    figures["dispatcher_mb_per_s"] = round(dispatcher(given.megabytes), 1)
    for what, name in (
        ("engine alone", "engine"),
        ("with records spooled", "spooled"),
        ("whole dispatcher", "dispatcher"),
    ):
        print(f"{what:<24}{figures[f'{name}_mb_per_s']:>8.1f} MB/s")
    if given.json:
        given.json.write_text(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
