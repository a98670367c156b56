"""A container of docker, whose image is imported once."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pumice.boards import container, kinds
from pumice.dispatcher.main import MARK
from pumice.testing import container_lab
from pumice.testing.container_lab import Engine

from .conftest import KindLab, lab_of


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A docker with a storage of its own. Its paths must be short."""
    with tempfile.TemporaryDirectory(prefix="engine-") as folder:
        made = container_lab.make(Path(folder))
        monkeypatch.setenv("PATH", f"{folder}/bin:{os.environ['PATH']}")
        monkeypatch.delenv(MARK, raising=False)
        yield made
        os.environ.pop(MARK, None)
        made.unmake()


@pytest.fixture
def lab(engine: Engine) -> Iterator[KindLab]:
    with tempfile.TemporaryDirectory(prefix="pumice-") as folder:
        yield lab_of(kinds.find("docker"), Path(folder))


def test_the_kinds_example_job_passes(lab: KindLab, engine: Engine) -> None:
    outcome = lab.run_example()
    assert outcome.passed, outcome.end
    cases = ("kernel-version", "root-is-writable", "is-a-container")
    assert outcome.cases("0_smoke") == dict.fromkeys(cases, "pass")
    assert engine.containers() == []
    # An image that is there is left alone.
    before = engine.call("image", "inspect", "--format", "{{.Id}}", container.NAME)
    lab.kind.make(lab.record.images)
    assert engine.call("image", "inspect", "--format", "{{.Id}}", container.NAME) == before
