"""Groups of jobs on scripted boards, with a real coordinator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pumice.dispatcher.main import MARK
from pumice.testing.group_lab import GroupLab
from pumice.testing.scripted_lab import marked


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GroupLab]:
    monkeypatch.delenv(MARK, raising=False)
    monkeypatch.delenv("LAVA_JOB_ID", raising=False)
    lab = GroupLab(tmp_path)
    try:
        lab.coordinator.start()
        yield lab
    finally:
        lab.close()
    for member in lab.members:
        output = member.outcome.output
        assert not output.joinpath("files").exists(), "the job's files are left behind"
        assert marked(output) == [], "processes of the job are left behind"
