"""A lab's folder is used by one ``pumice up`` at a time, and by the next when that is gone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pumice.supervisor import lock
from pumice.supervisor.errors import LabInUse

_HOLD = """
import os, sys, time
from pathlib import Path
from pumice.supervisor import lock
held = lock.take(Path(sys.argv[1]))
if sys.argv[2] == "child" and os.fork():
    os._exit(0)
print(os.getpid(), flush=True)
time.sleep(float(sys.argv[3]))
"""


def _holder(folder: Path, who: str, seconds: float = 60) -> subprocess.Popen[str]:
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(folder), who, str(seconds)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    return holder


def test_a_second_one_is_refused_and_told_who_has_it(tmp_path: Path) -> None:
    with _holder(tmp_path, "parent") as first:
        with pytest.raises(LabInUse, match=rf"process {first.pid}\)"):
            lock.take(tmp_path)
        first.kill()


def test_the_next_may_have_it_when_the_first_was_killed(tmp_path: Path) -> None:
    with _holder(tmp_path, "parent") as first:
        first.kill()
    with lock.take(tmp_path):
        assert (tmp_path / "run" / "up.lock").read_text() == f"{os.getpid()}\n"


def test_the_next_waits_for_the_children_of_one_that_was_killed(tmp_path: Path) -> None:
    with _holder(tmp_path, "child", seconds=0.5) as first:
        first.wait()
        with lock.take(tmp_path) as held:
            assert not held.closed
        # Had the child still held the lock, it would not have been given.
        assert first.stdout is not None
        assert first.stdout.read() == ""
