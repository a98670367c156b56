"""``to: download`` connects to the board and resets it before it downloads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pumice.testing.file_server import FileServer, Served
from pumice.testing.scripted_lab import ScriptedLab


def connected(lab: ScriptedLab, status: int = 0) -> Path:
    """Give the board a console and a reset, which says in a file that it was asked."""
    log = lab.folder / "switched"
    lab.commands["connect"] = lab.connect()
    lab.commands["hard_reset"] = f"sh -c 'echo reset >> {log}; exit {status}'"
    return log


def download(server: FileServer) -> dict[str, Any]:
    server.files |= {"/one": Served(b"first"), "/two": Served(b"second")}
    images = {name: {"url": server.url(f"/{name}")} for name in ("one", "two")}
    return {"deploy": {"to": "download", "images": images}}


def test_the_board_is_reset_and_then_the_files_come(lab: ScriptedLab, server: FileServer) -> None:
    log = connected(lab)
    outcome = lab.run(download(server))
    assert outcome.passed, outcome.end
    assert log.read_text() == "reset\n"
    done = [r for r in outcome.results if r["case"] in ("pdu-reboot", "http-download")]
    assert [r["case"] for r in done] == ["pdu-reboot", "http-download", "http-download"]
    assert {r["extra"]["label"]: r["extra"]["size"] for r in done[1:]} == {"one": 5, "two": 6}


def test_without_the_reset_nothing_is_downloaded(lab: ScriptedLab, server: FileServer) -> None:
    connected(lab, status=1)
    outcome = lab.run(download(server))
    assert outcome.end["error_type"] == "Infrastructure"
    assert server.files["/one"].asked == []
