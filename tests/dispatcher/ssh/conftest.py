"""Jobs on a host that OpenSSH's server makes reachable."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pumice.dispatcher.main import MARK
from pumice.testing import ssh_host
from pumice.testing.scripted_lab import marked
from pumice.testing.ssh_host import SshHost
from pumice.testing.ssh_lab import SshLab


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshHost]:
    with ssh_host.running(tmp_path_factory.mktemp("ssh") / "host") as host:
        yield host


@pytest.fixture
def lab(tmp_path: Path, host: SshHost, monkeypatch: pytest.MonkeyPatch) -> Iterator[SshLab]:
    monkeypatch.delenv(MARK, raising=False)
    monkeypatch.delenv("LAVA_JOB_ID", raising=False)
    lab = SshLab(tmp_path, host=host)
    yield lab
    os.environ.pop(MARK, None)
    assert not lab.outcome.output.joinpath("files").exists(), "the job's files are left behind"
    assert marked(lab.outcome.output) == [], "processes of the job are left behind"
