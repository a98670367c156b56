"""A disk that is full ends the job as a failure of the lab, and nothing stays behind."""

from __future__ import annotations

import gzip
import resource
from collections.abc import Iterator

import pytest

from pumice.testing.file_server import FileServer, Served
from pumice.testing.scripted_lab import ScriptedLab


def test_a_file_that_cannot_fit_is_not_begun(lab: ScriptedLab, server: FileServer) -> None:
    file = Served(b"x" * 100_000, length=1 << 60)
    server.files["/file"] = file
    outcome = lab.run(lab.deploy(url=server.url("/file")))
    assert outcome.end["error_type"] == "Infrastructure"
    assert f"has {1 << 60} bytes, and " in outcome.end["error_msg"]
    assert len(file.asked) == 1


@pytest.fixture
def little_room() -> Iterator[int]:
    """No file of this process can become larger than this: writing fails as on a full disk."""
    room, before = 1 << 20, resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    yield room
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("cached", [False, True])
def test_a_disk_that_fills_up_ends_the_job(
    lab: ScriptedLab, server: FileServer, little_room: int, cached: bool
) -> None:
    if cached:
        lab.dispatcher = f"download_cache_directory: {lab.folder}/cache"
    server.files["/file.gz"] = Served(gzip.compress(bytes(2 * little_room)))
    deploy = lab.deploy()
    deploy["deploy"]["images"]["disk"] = {"url": server.url("/file.gz"), "compression": "gz"}
    outcome = lab.run(deploy)
    assert outcome.end["error_type"] == "Infrastructure"
    assert "cannot write " in outcome.end["error_msg"]
    assert "File too large" in outcome.end["error_msg"]
