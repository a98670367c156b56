"""Passwords and tokens in the addresses of repositories: used, and never shown."""

from __future__ import annotations

import base64
import http.server
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pumice.formats.addresses import apart, shown
from pumice.testing.repositories import GitRepository
from pumice.testing.scripted_lab import ScriptedLab

SECRET = "hidden-word"


class Guarded(http.server.SimpleHTTPRequestHandler):
    """Serves a folder to one account."""

    account = ""

    def do_GET(self) -> None:
        given = self.headers.get("Authorization", "").partition(" ")[2]
        if base64.b64decode(given).decode() == self.account:
            super().do_GET()
            return
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="tests"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""


@pytest.fixture
def server(repository: GitRepository) -> Iterator[http.server.ThreadingHTTPServer]:
    subprocess.run(["git", "-C", repository.path, "update-server-info"], check=True)
    handler = partial(Guarded, directory=str(repository.path / ".git"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.parametrize("account", [f"{SECRET}:", f"me:{SECRET}"], ids=["token", "password"])
def test_a_repository_is_cloned_with_them(
    lab: ScriptedLab,
    repository: GitRepository,
    server: http.server.ThreadingHTTPServer,
    monkeypatch: pytest.MonkeyPatch,
    account: str,
) -> None:
    monkeypatch.setattr(Guarded, "account", account)
    address = f"http://{account.removesuffix(':')}@127.0.0.1:{server.server_port}/"
    entry = repository.entry(repository=address, shallow=False, path="tests/smoke.yaml")
    outcome = lab.run(lab.deploy(), lab.boot(), {"test": {"definitions": [entry]}})
    assert outcome.passed, outcome.end
    for path in (outcome.output, lab.root / "lava-1"):
        found = subprocess.run(["grep", "-rl", SECRET, path], check=False, capture_output=True)
        assert found.stdout == b""


def test_a_downloads_token_is_not_shown(lab: ScriptedLab, tmp_path: Path) -> None:
    outcome = lab.run(lab.deploy(url=f"http://{SECRET}@127.0.0.1:1/file"))
    assert outcome.end["error_type"] == "Infrastructure"
    assert "http://***@127.0.0.1:1/file" in outcome.text
    found = subprocess.run(
        ["grep", "-rl", SECRET, outcome.output], check=False, capture_output=True
    )
    assert found.stdout == b""


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("https://me:word@host/x", "https://me:***@host/x"),
        ("https://word@host:80/x", "https://***@host:80/x"),
        ("ssh://git@host/x", "ssh://git@host/x"),
        ("https://host/x", "https://host/x"),
        ("http://[me:word", "http://[me:word"),
        ("git@host:x.git", "git@host:x.git"),
    ],
)
def test_people_see_the_rest_of_an_address(address: str, text: str) -> None:
    assert shown(address) == text


def test_secrets_are_what_they_were_before_they_were_quoted() -> None:
    assert apart("https://a%40b@host/x")[1].user == "a@b"
    assert apart("https://me:p%20w@host/x")[1].password == "p w"
