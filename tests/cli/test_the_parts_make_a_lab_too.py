"""``pumice web``, ``scheduler``, ``events`` and ``worker`` as processes of their own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

SECONDS = 20


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts a command with the lab's folder; at the end all are stopped, as they were asked."""
    running: list[subprocess.Popen[str]] = []
    environment = {**os.environ, "DATABASE_URL": f"sqlite://{tmp_path}/lab/database.sqlite3"}

    def act(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "pumice", *arguments, "--dir", str(tmp_path / "lab")]
        running.append(
            subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        )
        return running[-1]

    yield act
    for process in running:
        process.kill()
        process.communicate()


def _url(web: subprocess.Popen[str]) -> str:
    assert web.stdout is not None
    match = re.fullmatch(r"Pumice answers at (http://\S+)/\n", web.stdout.readline())
    assert match
    return match[1]


def test_web_answers_by_itself(start: Callable[..., subprocess.Popen[str]]) -> None:
    web = start("web", "--listen", "127.0.0.1:0")
    with urllib.request.urlopen(f"{_url(web)}/accounts/login/", timeout=SECONDS) as answer:
        assert answer.status == 200
    web.send_signal(signal.SIGTERM)
    assert web.wait(SECONDS) == 0


def test_web_may_be_several_processes_on_one_port(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab" / "settings.yaml").write_text("WEB_PROCESSES: 2\n")
    web = start("web", "--listen", "127.0.0.1:0")
    with urllib.request.urlopen(f"{_url(web)}/accounts/login/", timeout=SECONDS) as answer:
        assert answer.status == 200
    children = Path(f"/proc/{web.pid}/task/{web.pid}/children").read_text().split()
    assert len(children) == 2
    web.send_signal(signal.SIGTERM)
    assert web.wait(SECONDS) == 0
    assert not any(Path(f"/proc/{child}").exists() for child in children)


@pytest.mark.parametrize("part", ["scheduler", "events"])
def test_a_loop_runs_until_it_is_told_to_stop(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path, part: str
) -> None:
    loop = start(part)
    wakes = tmp_path / "lab" / "run" / "wake"
    _wait_for(lambda: wakes.is_dir() and any(wakes.iterdir()))
    assert loop.poll() is None
    loop.send_signal(signal.SIGTERM)
    assert loop.wait(SECONDS) == 0


def _wait_for(happened: Callable[[], object]) -> None:
    import time

    end = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)
