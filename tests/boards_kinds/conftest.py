"""Example jobs of kinds of virtual boards, run by the real dispatcher on such a board."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pumice.boards import images, kinds
from pumice.boards.board import Board, Kind
from pumice.devices import library
from pumice.devices.rendering import render
from pumice.dispatcher.main import MARK, Order
from pumice.formats import yaml
from pumice.testing.scripted_lab import Outcome, ScriptedLab, marked

EXAMPLES = Path(__file__).parents[2] / "examples" / "jobs"
FOLDER = "/var/cache/pumice/boards"
"""Where the examples have the images of a lab of root's."""


class KindLab(ScriptedLab):
    """A lab with one virtual board."""

    kind: Kind
    context: dict[str, Any]

    @property
    def board(self) -> Board:
        return Board(name="board-1", lab=self.folder, images=images.default_folder())

    def device(self) -> dict[str, Any]:
        text = render(self.kind.dictionary(self.board), library, context=self.context)
        return {**yaml.load(text).data, "hostname": self.board.name}

    def order(self, *actions: dict[str, Any], **job: Any) -> Order:
        self.context = job["context"]
        return super().order(*actions, **job)

    def run_example(self) -> Outcome:
        """Make what the kind's example job needs, and run it."""
        self.kind.make(self.board.images)
        text = (EXAMPLES / self.kind.job).read_text()
        job = yaml.load(text.replace(FOLDER, str(self.board.images))).data
        return self.run(*job.pop("actions"), **{"context": {}, **job})


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[KindLab]:
    """A lab with a board of the kind that the test's parameter names."""
    monkeypatch.delenv(MARK, raising=False)
    # A short path: that of a socket has 107 characters at most.
    with tempfile.TemporaryDirectory(prefix="pumice-") as folder:
        lab = KindLab(Path(folder))
        lab.kind = kinds.find(request.param)
        yield lab
        os.environ.pop(MARK, None)
        assert marked(lab.outcome.output) == [], "processes of the job are left behind"
