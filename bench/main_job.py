"""The main job: from submission to Running and to Finished, beside the guest alone.

Starts a lab of its own (``pumice up``), submits the demo's job some times, one after the other,
and takes the times at which this client hears of each state over the site's event stream. Then
boots the same images by hand, logs in and powers off: the guest's own time. And what the idle
lab costs.

Run: ``python -m bench.main_job [--runs 20] [--json FILE]``.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import pty
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from pumice.boards import images
from pumice.testing.running_lab import RunningLab

EXAMPLE = Path(__file__).parents[1] / "examples" / "jobs" / "qemu-smoke.yaml"


class Heard:
    """When this client heard of each state of each job."""

    def __init__(self, lab: RunningLab) -> None:
        self._times: dict[tuple[int, str], float] = {}
        self._changed = threading.Condition()
        self._stream = urllib.request.urlopen(f"{lab.url}/live?after=0", timeout=600)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in self._stream:
            if line.startswith(b"data: "):
                body = json.loads(line[6:])
                if "job" in body and "submitter" in body:
                    with self._changed:
                        self._times.setdefault((body["job"], body["state"]), time.perf_counter())
                        self._changed.notify_all()

    def when(self, job: int, state: str, timeout: float = 120) -> float:
        """Wait for a state of a job; the time at which it was heard."""
        with self._changed:
            if not self._changed.wait_for(lambda: (job, state) in self._times, timeout):
                raise SystemExit(f"job {job} was not {state} within {timeout} s")
            return self._times[job, state]


def lifetimes(lab: RunningLab, definition: str, runs: int) -> list[tuple[float, float]]:
    """Seconds from submission to Running and to Finished, of so many jobs."""
    heard = Heard(lab)
    rows: list[tuple[float, float]] = []
    for _ in range(runs):
        start = time.perf_counter()
        job = lab.submit(definition)
        rows.append((heard.when(job, "Running") - start, heard.when(job, "Finished") - start))
        time.sleep(0.5)
    return rows


def guest_alone() -> float:
    """Seconds that the board needs to boot, log in and power off, with nothing of Pumice."""
    made = images.make(images.default_folder())
    command = ["qemu-system-x86_64", "-nographic", "-m", "512", "-monitor", "none",
               "-net", "nic,model=virtio", "-net", "user",
               "-kernel", str(made.vmlinux), "-append", "console=ttyS0",
               "-initrd", str(made.ramdisk)]  # fmt: skip
    master, slave = pty.openpty()
    start = time.perf_counter()
    process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    text = b""
    for prompt, answer in ((b"login: ", b"root\n"), (b":~# ", b"poweroff\n")):
        while prompt not in text:
            text += os.read(master, 65_536)
        os.write(master, answer)
        text = b""
    with contextlib.suppress(OSError):
        while os.read(master, 65_536):
            pass
    process.wait()
    os.close(master)
    return time.perf_counter() - start


def idle(lab: RunningLab, seconds: float = 30) -> tuple[float, float]:
    """PSS of all the lab's processes (MB), and how much of a core they use (percent)."""
    pids = lab.processes("all")
    pss = sum(_pss(pid) for pid in pids) / 1024
    before = sum(_ticks(pid) for pid in pids)
    time.sleep(seconds)
    ticks = sum(_ticks(pid) for pid in pids) - before
    return pss, 100 * ticks / os.sysconf("SC_CLK_TCK") / seconds


def _pss(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


@contextlib.contextmanager
def fresh_lab() -> Iterator[RunningLab]:
    """A lab that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder, RunningLab(Path(folder) / "lab") as lab:
        yield lab


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    images.make(images.default_folder())
    with fresh_lab() as lab:
        memory, load = idle(lab)
        rows = lifetimes(lab, EXAMPLE.read_text(), options.runs)
        start = time.perf_counter()
        lab.stop()
        lab.start()
        again = time.perf_counter() - start
    guest = [guest_alone() for _ in range(5)]
    figures = {
        "submission to Running, median ms": statistics.median(row[0] for row in rows) * 1000,
        "submission to Finished, median s": statistics.median(row[1] for row in rows),
        "guest alone, median s": statistics.median(guest),
        "stop and start again, s": again,
        "idle memory (PSS), MB": memory,
        "idle load, percent of a core": load,
    }
    for name, value in figures.items():
        print(f"{name:36} {value:10.2f}")
    if options.json:
        options.json.write_text(json.dumps(figures | {"rows": rows}, indent=1))


if __name__ == "__main__":
    main()
