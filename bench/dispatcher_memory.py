"""How much memory a dispatcher takes at most, as the kernel counts it (VmHWM).

In a job on QEMU, in one over U-Boot and TFTP, while it downloads 2 GB over HTTP, and while a
board prints 100 MB without a pause. Only the dispatcher's own process counts.

Run: ``python -m bench.dispatcher_memory [--json FILE]``.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench import plain_jobs, sample_jobs
from bench.sample_jobs import Sample
from pumice.testing.cost import cost

AIM_MB = 60
DOWNLOAD = 2_000_000_000
FLOOD = 100_000_000


def of_sample(folder: Path, sample: Sample) -> float:
    """Megabytes, in a job on a machine."""
    files = sample.definition, sample.device, sample.dispatcher
    return cost(plain_jobs.command(folder / "output", *files)).megabytes


def u_boot(folder: Path) -> float:
    """The same with a machine that loads over TFTP."""
    tftp = folder / "tftp"
    tftp.mkdir()
    return of_sample(folder, sample_jobs.u_boot(folder, tftp))


def download(folder: Path) -> float:
    """The same with a file that is larger than what a process may take."""
    with plain_jobs.server(DOWNLOAD) as url:
        return cost(plain_jobs.download(folder, url)).megabytes


def flood(folder: Path) -> float:
    """The same with a board that prints faster than its lines can be kept."""
    return cost(plain_jobs.flood(folder, FLOOD // (len(plain_jobs.LINE) + 2))).megabytes


CASES: dict[str, Callable[[Path], float]] = {
    "qemu": lambda folder: of_sample(folder, sample_jobs.qemu(folder)),
    "u-boot": u_boot,
    "download of 2 GB": download,
    "100 MB of output": flood,
}


def main() -> int:
    """Measure, and print a table and JSON; exit status 1 where it is more than the aim."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    figures: dict[str, float] = {}
    for what, case in CASES.items():
        with tempfile.TemporaryDirectory(prefix="pumice-bench-") as folder:
            figures[what] = round(case(Path(folder)), 1)
        print(f"{what:24}{figures[what]:8.1f} MB", flush=True)
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1))
    return int(max(figures.values()) > AIM_MB)


if __name__ == "__main__":
    sys.exit(main())
