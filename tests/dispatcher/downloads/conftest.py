"""A server of files, and jobs that only download."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pumice.dispatcher.download import http
from pumice.testing.file_server import FileServer


@pytest.fixture
def server() -> Iterator[FileServer]:
    with FileServer() as server:
        yield server


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> http.Patience:
    """Pauses as in a lab, only shorter."""
    patience = http.Patience(tries=4, pause=0.01, longest_pause=0.02, silence=0.5)
    monkeypatch.setattr(http, "PATIENCE", patience)
    return patience
