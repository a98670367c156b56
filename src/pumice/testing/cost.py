"""What a dispatcher costs: memory and processor time."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

_PROGRAM = """\
import sys, time
from pumice.dispatcher.__main__ import main
status = main(sys.argv[1:])
with open("/proc/self/status") as file:
    peak = [line.split()[1] for line in file if line.startswith("VmHWM")]
print(*peak, time.process_time())
sys.exit(status)
"""


@dataclass(frozen=True)
class Cost:
    """Of the dispatcher's own process, without its children.

    ``megabytes`` are what was resident at most, as Linux counts it (VmHWM); ``seconds`` are of
    processor time, of user and system, from its start to its end.
    """

    megabytes: float
    seconds: float


def cost(command: Sequence[str]) -> Cost:
    """Run ``python -m pumice.dispatcher ...`` and see what it costs.

    Raises AssertionError where the job fails.
    """
    python, _, _, *arguments = command
    words = [python, "-c", _PROGRAM, *arguments]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(f"the job failed: {done.stdout}{done.stderr}")
    kilobytes, seconds = done.stdout.split()
    return Cost(int(kilobytes) / 1024, float(seconds))
