"""How much memory a dispatcher takes."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

_PROGRAM = """\
import sys
from pumice.dispatcher.__main__ import main
status = main(sys.argv[1:])
with open("/proc/self/status") as file:
    print(*(line.split()[1] for line in file if line.startswith("VmHWM")))
sys.exit(status)
"""


def peak(command: Sequence[str]) -> float:
    """Run ``python -m pumice.dispatcher ...``; the megabytes of memory that it took at most.

    They are its own resident memory as Linux counts it (VmHWM), without its children's. Raises
    AssertionError where the job fails.
    """
    python, _, _, *arguments = command
    words = [python, "-c", _PROGRAM, *arguments]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(f"the job failed: {done.stdout}{done.stderr}")
    return int(done.stdout) / 1024
