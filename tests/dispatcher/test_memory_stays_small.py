"""A dispatcher takes 60 MB of memory at most, whatever comes in."""

from __future__ import annotations

import sys
from pathlib import Path

from pumice.testing.cost import cost
from pumice.testing.file_server import FileServer, Served
from pumice.testing.scripted_lab import ScriptedLab

MOST = 60
LARGE = 200_000_000
LINES = 200_000
BOARD = f"""\
import sys
print("Linux version 6.1.0")
for number in range({LINES}):
    sys.stdout.write(f"[{{number:12}}] a line as long as those of a kernel that starts\\n")
print("board:~# ", end="", flush=True)
sys.stdin.read()
"""


def test_a_large_file_is_downloaded(lab: ScriptedLab) -> None:
    with FileServer() as server:
        server.files["/large"] = Served(bytes(LARGE))
        image = {"url": server.url("/large")}
        command = lab.command({"deploy": {"to": "downloads", "images": {"file": image}}})
        assert cost(command).megabytes <= MOST
    assert lab.outcome.result("lava", "http-download")["extra"]["size"] == LARGE


def test_a_board_prints_without_end(lab: ScriptedLab, tmp_path: Path) -> None:
    program = tmp_path / "board.py"
    program.write_text(BOARD)
    lab.commands = {"connect": f"{sys.executable} {program}"}
    lab.boot_methods = {"minimal": {}}
    boot = {"boot": {"method": "minimal", "reset": False, "prompts": ["board:~# "]}}
    assert cost(lab.command(boot)).megabytes <= MOST
    said = sum("as long as those of a kernel" in text for text in lab.outcome.messages("target"))
    assert said == LINES
