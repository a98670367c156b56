"""Jobs on a scripted board: a program on a terminal, which gives a real shell of this host."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pumice.dispatcher.main import MARK
from pumice.testing import container_lab
from pumice.testing.container_lab import Engine
from pumice.testing.scripted_lab import ScriptedLab, marked


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    # Podman wants paths of at most 50 characters.
    with tempfile.TemporaryDirectory(prefix="docker-") as folder:
        made = container_lab.make(Path(folder))
        yield made
        made.unmake()


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedLab]:
    monkeypatch.delenv(MARK, raising=False)
    monkeypatch.delenv("LAVA_JOB_ID", raising=False)
    lab = ScriptedLab(tmp_path)
    yield lab
    os.environ.pop(MARK, None)
    assert not lab.outcome.output.joinpath("files").exists(), "the job's files are left behind"
    assert marked(lab.outcome.output) == [], "processes of the job are left behind"
