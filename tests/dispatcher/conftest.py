"""Jobs on a scripted board: a program on a terminal, which gives a real shell of this host."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pumice.dispatcher.main import MARK
from pumice.testing.scripted_lab import ScriptedLab, marked


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedLab]:
    monkeypatch.delenv(MARK, raising=False)
    monkeypatch.delenv("LAVA_JOB_ID", raising=False)
    lab = ScriptedLab(tmp_path)
    yield lab
    os.environ.pop(MARK, None)
    assert not lab.outcome.output.joinpath("files").exists(), "the job's files are left behind"
    assert marked(lab.outcome.output) == [], "processes of the job are left behind"
