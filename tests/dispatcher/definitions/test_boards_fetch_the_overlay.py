"""``transfer_overlay``: the board fetches the overlay by HTTP, with the job's commands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pumice.testing.scripted_lab import Outcome, ScriptedLab


def run(lab: ScriptedLab, *steps: str, folder: Path | None = None, **transfer: Any) -> Outcome:
    lab.dispatcher = "dispatcher_ip: 127.0.0.1"
    wanted = {
        "download_command": f"cd {folder or lab.root} ; busybox wget",
        "unpack_command": "tar -C / -xzf",
        **transfer,
    }
    deploy = lab.deploy(overlays={}, format=None)
    for key in ("format", "overlays"):
        del deploy["deploy"]["images"]["ramdisk"][key]
    return lab.run(deploy, lab.boot(transfer_overlay=wanted), lab.test(*steps))


def test_tests_run_from_what_the_board_fetched(lab: ScriptedLab) -> None:
    folder = lab.folder / "kept"
    folder.mkdir()
    outcome = run(lab, "lava-test-case fetched --result pass", folder=folder)
    assert outcome.passed
    assert outcome.cases("0_smoke") == {"fetched": "pass"}
    typed = outcome.messages("input")
    (fetched,) = [line for line in typed if "busybox wget" in line]
    assert re.search(r"http://127\.0\.0\.1:\d+/[\w-]{32}/overlay-1-\w+\.tar\.gz$", fetched)
    assert outcome.result("lava", "overlay-unpack")["extra"]["size"] > 1000
    assert not [line for line in typed if "mount" in line]
    assert list(folder.iterdir()) == [], "the archive, which holds secrets, is left on the board"


def test_an_overlay_that_does_not_come_ends_the_job(lab: ScriptedLab) -> None:
    outcome = run(lab, "true", download_command="echo no network to")
    assert outcome.end["error_type"] == "Job"
    assert "on the board, which did not ask for it at 127.0.0.1" in outcome.end["error_msg"]


def test_an_overlay_that_is_not_unpacked_ends_the_job(lab: ScriptedLab) -> None:
    outcome = run(lab, "true", unpack_command="echo")
    assert outcome.end["error_type"] == "Job"
    assert "on the board, which fetched it" in outcome.end["error_msg"]
