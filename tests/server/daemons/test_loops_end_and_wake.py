"""Loops wake at their topics, stand by for each other, and never end unseen."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pumice.server import daemon
from pumice.server.daemon import Daemon, Stop
from pumice.server.database.leadership import Leadership
from pumice.server.database.wake import wake

pytestmark = pytest.mark.django_db(transaction=True)

FAILING = """
from pathlib import Path
import sys
from pumice.server.site import processes
processes.prepare(Path(sys.argv[1]))
from pumice.server.daemon import Daemon, serve
def step():
    raise KeyError("a mistake in the program")
serve([Daemon("fails", frozenset(), step), Daemon("idles", frozenset(), lambda: False)])
"""


def environment() -> dict[str, str]:
    """Without the database of the tests: the process makes its own."""
    return {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "PUMICE_DIR")}


def test_a_loop_that_fails_ends_its_process_for_the_supervisor_to_see(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FAILING, str(tmp_path)],
        capture_output=True, text=True, timeout=60, check=False, env=environment(),
    )  # fmt: skip
    assert done.returncode == 1
    assert "a mistake in the program" in done.stderr


def test_sigterm_ends_a_process_of_loops(tmp_path: Path) -> None:
    program = FAILING.replace('raise KeyError("a mistake in the program")', "return False")
    program = program.replace("serve([", "print('ready', flush=True); serve([")
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        stdout=subprocess.PIPE, env=environment(),
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    process.stdout.close()
    while "SigCgt" in (status := Path(f"/proc/{process.pid}/status").read_text()):
        caught = int(status.partition("SigCgt:")[2].split()[0], 16)
        if caught >> (signal.SIGTERM - 1) & 1:
            break
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0


def test_a_loop_steps_at_its_topic_and_not_at_others() -> None:
    steps = threading.Semaphore(0)
    count = 0

    def step() -> bool:
        nonlocal count
        count += 1
        steps.release()
        return False

    stop = Stop()
    loop = Daemon("test-wakes", frozenset({"mine"}), step, sweep=30)
    thread = threading.Thread(target=daemon.run, args=(loop, stop))
    thread.start()
    try:
        assert steps.acquire(timeout=10)
        wake("theirs")
        wake("mine")
        assert steps.acquire(timeout=10)
        assert not steps.acquire(timeout=0.2)
        assert count == 2
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()


def test_one_leads_and_the_next_follows_when_it_ends() -> None:
    first, second = Leadership("test-leads"), Leadership("test-leads")
    assert first.acquire()
    assert first.acquire()
    assert not second.acquire()
    first.release()
    assert second.acquire()
    second.release()
