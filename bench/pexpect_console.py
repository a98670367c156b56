"""The console engine and pexpect, which LAVA's dispatchers use, on the same stream: CPU per MB.

Both read ``cat FILE`` from a terminal and look for the same 20 patterns, one of which matches
every 200 lines; both have every byte logged to a function that counts. Only the processor time
of the reading process counts. Fails where one misses a match.

Run: ``python -m bench.pexpect_console [--megabytes 100] [--json FILE]`` (needs ``pexpect``).
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.console import EXPECTED, LINE
from pumice.dispatcher.console.engine import Console, Watch
from pumice.dispatcher.console.patterns import Patterns
from pumice.dispatcher.console.pty import PtyTransport
from pumice.dispatcher.errors import ConnectionClosed
from pumice.dispatcher.session.kernel import KINDS

SIGNAL = b"<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=one RESULT=pass>\r\n"
EVERY = 200
pexpect: Any = importlib.import_module("pexpect")  # nothing else of the project needs it


def write(path: Path, megabytes: int) -> int:
    """Write the stream; the number of signals in it."""
    piece = LINE * (EVERY - 1) + SIGNAL
    count = max(1, megabytes * 1_000_000 // len(piece))
    with path.open("wb") as file:
        for _ in range(count):
            file.write(piece)
    return count


async def ours(path: Path) -> tuple[int, float]:
    """The matches that were found, and the seconds of CPU."""
    lines = 0

    def log(batch: list[str]) -> int:
        nonlocal lines
        lines += len(batch)
        return lines - len(batch)

    began = time.process_time()
    transport = PtyTransport(["cat", str(path)])
    console = Console(transport, log, lambda text: None)
    console.watch(Watch([pattern for _, pattern in KINDS], lambda index, line, record: None))
    patterns, found = Patterns(EXPECTED), 0
    try:
        while True:
            await console.expect(patterns)
            found += 1
    except ConnectionClosed:
        seconds = time.process_time() - began
    await console.close()
    return found, seconds


class _Counter:
    """What pexpect logs to."""

    size = 0

    def write(self, data: bytes) -> None:
        self.size += len(data)

    def flush(self) -> None:
        return


def theirs(path: Path, at_once: int) -> tuple[int, float]:
    """The same with pexpect, which reads so many bytes at once."""
    texts = [*EXPECTED, *(pattern for _, pattern in KINDS)]
    patterns = [*(text.encode() for text in texts), pexpect.EOF]
    began = time.process_time()
    child = pexpect.spawn("cat", [str(path)], maxread=at_once, timeout=600, echo=False)
    child.logfile_read = _Counter()
    compiled = child.compile_pattern_list(patterns)
    found = 0
    while child.expect_list(compiled) != len(patterns) - 1:
        found += 1
    seconds = time.process_time() - began
    child.close()
    return found, seconds


def main() -> None:
    """Measure, and print a table and JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stream"
        count = write(path, given.megabytes)
        megabytes = path.stat().st_size / 1e6
        measures: dict[str, Callable[[], tuple[int, float]]] = {
            "Pumice": lambda: asyncio.run(ours(path)),
            "pexpect, as it is": lambda: theirs(path, 2000),
            "pexpect, 64 KiB at once": lambda: theirs(path, 64 << 10),
        }
        figures: dict[str, float] = {}
        for name, measure in measures.items():
            found, seconds = measure()
            if found != count:
                raise SystemExit(f"{name} found {found} of {count} signals")
            figures[name] = round(seconds / megabytes * 1000, 2)
            print(f"{name:<28}{seconds:>8.2f} s CPU {figures[name]:>8.2f} ms/MB", flush=True)
    if given.json:
        given.json.write_text(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
