"""Jobs with containers, on podman under docker's name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pumice.dispatcher.main import MARK
from pumice.testing.container_lab import ContainerLab, Engine
from pumice.testing.scripted_lab import marked


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: Engine) -> Iterator[ContainerLab]:
    monkeypatch.delenv(MARK, raising=False)
    monkeypatch.delenv("LAVA_JOB_ID", raising=False)
    monkeypatch.setenv("PATH", f"{engine.folder}/bin:{os.environ['PATH']}")
    lab = ContainerLab(tmp_path)
    yield lab
    os.environ.pop(MARK, None)
    assert engine.containers() == [], "containers of the job are left behind"
    assert not lab.outcome.output.joinpath("files").exists(), "the job's files are left behind"
    assert marked(lab.outcome.output) == [], "processes of the job are left behind"
