"""A job that ends while its file comes leaves none of it, neither its own nor in the cache."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pumice.testing.file_server import FileServer, Served
from pumice.testing.leftovers import Host, Look
from pumice.testing.scripted_lab import ScriptedLab

CONTENT = bytes(range(256)) * 8000
CAME = len(CONTENT) // 2


@pytest.fixture
def host(lab: ScriptedLab, monkeypatch: pytest.MonkeyPatch) -> Host:
    places = tuple(lab.folder / name for name in ("tmp", "downloads", "cache"))
    for place in places:
        place.mkdir()
    monkeypatch.setenv("TMPDIR", str(places[0]))
    lab.dispatcher = (
        f"dispatcher_download_dir: {places[1]}\ndownload_cache_directory: {places[2]}\n"
    )
    return Host(lab.outcome.output, places)


@pytest.fixture
def before(host: Host) -> Look:
    return host.look()


@pytest.fixture
def downloading(lab: ScriptedLab, host: Host, before: Look) -> Iterator[subprocess.Popen[bytes]]:
    """A job of whose file a half has come."""
    with FileServer() as server:
        server.files["/file"] = Served(CONTENT, [("stall", CAME)])
        checksum = hashlib.sha256(CONTENT).hexdigest()
        deploy = lab.deploy(url=server.url("/file"), sha256sum=checksum)
        process = lab.start(deploy, timeouts={"job": {"minutes": 10}, "action": {"minutes": 10}})
        limit = time.monotonic() + 30
        while not any(path.stat().st_size >= CAME for path in halves(host)):
            assert time.monotonic() < limit and process.poll() is None, "nothing comes"
            time.sleep(0.02)
        yield process
        process.kill()
        process.wait()


def halves(host: Host) -> list[Path]:
    """The files in the folders of downloads and of the cache."""
    return [path for place in host.places for path in place.rglob("*") if path.is_file()]


def left(host: Host, before: Look) -> set[str]:
    """What is new, by the names of files; nothing but files is."""
    new = host.look().since(before)
    assert set(new) == {"files"}
    return {Path(path).name for path in new["files"] if not path.endswith(".yaml")}


def test_a_job_that_is_canceled(
    host: Host, before: Look, downloading: subprocess.Popen[bytes]
) -> None:
    downloading.send_signal(signal.SIGTERM)
    assert downloading.wait(60) == 1
    assert left(host, before) == set()


def test_a_job_whose_dispatcher_is_killed(
    host: Host, before: Look, downloading: subprocess.Popen[bytes]
) -> None:
    downloading.kill()
    downloading.wait(60)
    assert any(path.parent.name == "cache" for path in halves(host))
    command = [sys.executable, "-m", "pumice.dispatcher", "--clean", str(host.output)]
    assert subprocess.run(command, check=False, timeout=60).returncode == 0
    assert left(host, before) == set()
