"""A board that prints 1 GB: time, memory of the dispatcher, and whether a line is lost."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import tempfile
import time
from pathlib import Path

from pumice.testing.scripted_lab import ScriptedLab

_WIDTH = 80
_LINE = re.compile(rb'"lvl": "target", "msg": "line (\d+) x{80}"}$')


def main() -> None:
    """Run a scripted board whose test prints numbered lines, and say what that took."""
    parser = argparse.ArgumentParser(prog="script/bench output", description=__doc__)
    parser.add_argument("--megabytes", type=int, default=1000, metavar="N")
    lines = parser.parse_args().megabytes * 10_000
    with tempfile.TemporaryDirectory(prefix="pumice-bench-") as folder:
        lab = ScriptedLab(Path(folder))
        command = lab.command(
            lab.deploy(),
            lab.boot(),
            lab.test(f"seq -f 'line %.0f {'x' * _WIDTH}' {lines}"),
            timeouts={"job": {"hours": 10}, "action": {"hours": 9}},
        )
        began = time.monotonic()
        process = subprocess.Popen(command)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - began
        kept = _count(lab.outcome.output / "logs.yaml")
    size = lines * (_WIDTH + 13) / 1e6
    print(f"exit status       {process.returncode}")
    print(f"lines             {kept} of {lines} are in the log, in order")
    print(f"time              {seconds:.1f} s, {size / seconds:.1f} MB/s")
    print(f"processor         {usage.ru_utime + usage.ru_stime:.1f} s")
    print(f"memory at most    {usage.ru_maxrss / 1024:.0f} MB")


def _count(log: Path) -> int:
    """How many lines there are in order, from the first one on."""
    count = 0
    with log.open("rb") as file:
        for record in file:
            found = _LINE.search(record)
            count += found is not None and int(found[1]) == count + 1
    return count


if __name__ == "__main__":
    main()
