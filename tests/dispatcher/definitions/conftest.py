"""Repositories with tests: real ones, on this host."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pumice.testing.repositories import GitRepository


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitRepository:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    return GitRepository(tmp_path / "repositories/tests")
