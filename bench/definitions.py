"""How long it takes to check a job definition of 200 lines, and to load what that needs.

Run: ``python -m bench.definitions [--rounds 200] [--json FILE]``.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from pumice.definitions import jobs

AIM_MS = 5.0
_HEAD = """\
job_name: two hundred lines
device_type: qemu
visibility: public
priority: medium
timeouts:
  job:
    minutes: 30
  action:
    minutes: 5
context:
  arch: amd64
  no_kvm: true
actions:
- deploy:
    to: tmpfs
    images:
      kernel:
        url: http://example.com/vmlinuz
        image_arg: -kernel {kernel}
- boot:
    method: qemu
    prompts:
    - '/ #'
- test:
    definitions:
"""
_ENTRY = """\
    - from: inline
      name: test-{number}
      path: inline/{number}.yaml
      repository:
        metadata:
          format: Lava-Test Test Definition 1.0
          name: test-{number}
        run:
          steps:
          - lava-test-case one --shell true
          - lava-test-case two --shell true
"""


def definition(lines: int = 200) -> str:
    """A valid job of about so many lines."""
    missing = lines - _HEAD.count("\n")
    entries = range(round(missing / _ENTRY.count("\n")))
    return _HEAD + "".join(_ENTRY.format(number=number) for number in entries)


def median_ms(function: Callable[[], object], rounds: int) -> float:
    """The median duration of a call, in milliseconds."""
    function()
    times: list[float] = []
    for _ in range(rounds):
        started = time.perf_counter()
        function()
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000


def import_ms(module: str) -> float:
    """How long a new process takes to import a module, in milliseconds."""
    code = f"import time; s = time.perf_counter(); import {module}; print(time.perf_counter() - s)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout) * 1000


def main() -> int:
    """Print the figures; exit status 1 where a validation takes longer than the aim."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=200)
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    text = definition()
    figures = {
        "lines": float(text.count("\n")),
        "submission_ms": median_ms(lambda: jobs.parse(text), chosen.rounds),
        "strict_validation_ms": median_ms(lambda: jobs.check(text, strict=True), chosen.rounds),
        "import_ms": import_ms("pumice.definitions.jobs"),
    }
    for name, value in figures.items():
        print(f"{name:22} {value:8.2f}")
    if chosen.json:
        chosen.json.write_text(json.dumps(figures))
    return int(max(figures["submission_ms"], figures["strict_validation_ms"]) > AIM_MS)


if __name__ == "__main__":
    sys.exit(main())
