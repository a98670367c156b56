"""What a dispatcher adds to its guest's own time, beside LAVA's lava-run where it is installed.

The same job and the same device's configuration, for a QEMU that loads its files itself and for
a U-Boot that loads them over TFTP, under ``pumice run`` and under ``lava-run`` in turns (Debian's
package lava-dispatcher). Overhead is the whole time of the process less the guest's.

Guest time is taken between the dispatcher and QEMU, in the same run: from QEMU's start, or from
what was typed last, until the guest's last words before the next thing is typed. So the rest is
overhead: start, downloads, overlay, the time to notice a prompt and to answer, and the end.

Run: ``python -m bench.dispatcher_overhead [--runs 10] [--only qemu|u-boot] [--json FILE]``.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench import sample_jobs
from bench.guest_clock import guest_seconds
from bench.sample_jobs import Sample
from pumice.dispatcher.host import tftp


@dataclass(frozen=True)
class Run:
    """Seconds of one job."""

    total: float
    guest: float

    @property
    def overhead(self) -> float:
        return self.total - self.guest


class JobFailed(Exception):
    """A job did not pass: its log's end says why. These figures would mean nothing."""


def commands(lava_run: str | None) -> dict[str, list[str]]:
    """The dispatchers, by name."""
    found = {"pumice run": [str(Path(sys.executable).with_name("pumice")), "run"]}
    if lava_run is not None:
        found["lava-run"] = [lava_run]
    return found


def perform(command: list[str], sample: Sample) -> Run:
    """Run the job; on a busy machine a guest may hang, so it is tried three times."""
    for _ in range(2):
        try:
            return _perform(command, sample)
        except JobFailed as error:
            print(error, flush=True)
    return _perform(command, sample)


def _perform(command: list[str], sample: Sample) -> Run:
    sample.record.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="pumice-bench-") as folder:
        words = [*command, "--job-id", "9000000", "--output-dir", f"{folder}/output",
                 "--device", str(sample.device), "--dispatcher", str(sample.dispatcher),
                 str(sample.definition)]  # fmt: skip
        log = Path(folder, "log")
        with log.open("wb") as file:
            began = time.monotonic()
            status = subprocess.run(words, stdout=file, stderr=file, check=False).returncode
            total = time.monotonic() - began
        if status:
            raise JobFailed(f"{words} ended with {status}\n{log.read_text()[-1000:]}")
    return Run(total, guest_seconds(sample.record.read_text()))


def measure(sample: Sample, dispatchers: dict[str, list[str]], runs: int) -> dict[str, list[Run]]:
    """So many rounds, after one that does not count."""
    for command in dispatchers.values():
        perform(command, sample)
    done: dict[str, list[Run]] = {name: [] for name in dispatchers}
    for _ in range(runs):
        for name, command in dispatchers.items():
            done[name].append(perform(command, sample))
    return done


def figures(done: dict[str, list[Run]]) -> dict[str, float]:
    """Medians, in seconds, and how our overhead relates to LAVA's."""
    found: dict[str, float] = {}
    for name, runs in done.items():
        for what in ("total", "guest", "overhead"):
            found[f"{name}: {what}, s"] = statistics.median(getattr(run, what) for run in runs)
    if "lava-run" in done:
        ours, theirs = (found[f"{name}: overhead, s"] for name in ("pumice run", "lava-run"))
        found["our overhead / LAVA's"] = ours / theirs
    return found


def main() -> None:
    """Measure, and print a table and JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--only", choices=["qemu", "u-boot"])
    parser.add_argument("--lava-run", default=shutil.which("lava-run", path="/usr/bin"))
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    if given.lava_run is None:
        print("lava-run is not installed (Debian's lava-dispatcher): only Pumice is measured")
    os.environ["PATH"] += ":/usr/sbin:/sbin"  # where LAVA finds its tools
    dispatchers = commands(given.lava_run)
    report: dict[str, object] = {}
    with tempfile.TemporaryDirectory(prefix="pumice-bench-") as name:
        folder = Path(name)
        # LAVA serves from the folder of the host's TFTP server, and from no other.
        serving = tftp.root({}) if given.lava_run else folder / "tftp"
        serving.mkdir(exist_ok=True)
        for sample in (sample_jobs.qemu(folder), sample_jobs.u_boot(folder, serving)):
            if given.only in (None, sample.name):
                done = measure(sample, dispatchers, given.runs)
                medians = figures(done)
                runs = {key: [[run.total, run.guest] for run in done[key]] for key in done}
                report[sample.name] = {"medians": medians, "runs": runs}
                print(f"{sample.name}, medians of {given.runs}")
                for what, value in medians.items():
                    print(f"  {what:28}{value:8.2f}", flush=True)
    if given.json:
        given.json.write_text(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
