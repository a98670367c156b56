"""``transfer_method: zmodem``: lrzsz's ``sz`` on the worker and its ``rz`` on the board."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pumice.testing.scripted_lab import Outcome, ScriptedLab


def run(lab: ScriptedLab, *steps: str, unpack: str = "tar -C / -xzf") -> Outcome:
    deploy = lab.deploy()
    for key in ("format", "overlays"):
        del deploy["deploy"]["images"]["ramdisk"][key]
    transfer = {"transfer_method": "zmodem", "unpack_command": unpack}
    return lab.run(deploy, lab.boot(transfer_overlay=transfer), lab.test(*steps))


def archives(folder: Path) -> list[Path]:
    return list(folder.glob("overlay-*"))


def test_tests_run_from_what_came_through_the_console(lab: ScriptedLab) -> None:
    outcome = run(lab, "lava-test-case received --result pass")
    assert outcome.end == {"definition": "lava", "case": "job", "result": "pass"}
    assert outcome.cases("0_smoke") == {"received": "pass"}
    assert outcome.result("lava", "overlay-unpack")["extra"]["size"] > 1000
    assert not [line for line in outcome.messages("input") if "mount" in line]
    assert archives(lab.root) == [], "the archive, which holds secrets, is left on the board"


def test_the_protocols_bytes_are_not_in_the_log(lab: ScriptedLab) -> None:
    outcome = run(lab, "true")
    assert outcome.passed
    started = outcome.text.index("Calling: ")
    ended = outcome.text.index("tar -C / -xzf overlay-")
    # The board's first header says that it waits: nothing follows it.
    assert outcome.text[started:ended].count("\x18") == 1


def test_a_board_without_the_program_ends_the_job(lab: ScriptedLab) -> None:
    programs = lab.root / "bin"
    programs.mkdir(parents=True)
    programs.joinpath("rz").write_text("#!/bin/sh\necho rz: not found >&2\nexit 127\n")
    programs.joinpath("rz").chmod(0o755)
    outcome = run(lab, "true")
    assert outcome.end["error_type"] == "Job"
    assert "the board has no program rz" in outcome.end["error_msg"]


def test_a_receiver_that_gives_up_is_an_infrastructure_error(lab: ScriptedLab) -> None:
    programs = lab.root / "bin"
    programs.mkdir(parents=True)
    # It says that it waits, and then cancels.
    programs.joinpath("rz").write_text(
        "#!/bin/sh\nprintf '**\\030B0100000023be50\\r\\n\\021'\n"
        "printf '\\030\\030\\030\\030\\030\\030\\030\\030\\030\\030'\n"
    )
    programs.joinpath("rz").chmod(0o755)
    outcome = run(lab, "true")
    assert outcome.end["error_type"] == "Infrastructure"
    assert "the transfer by zmodem broke off: sz ended with status" in outcome.end["error_msg"]


def test_a_worker_without_the_program_is_found_before_the_job_begins(
    lab: ScriptedLab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    programs.joinpath("sh").symlink_to(shutil.which("sh") or "/bin/sh")
    monkeypatch.setenv("PATH", str(programs))
    outcome = run(lab, "true")
    assert outcome.end["error_type"] == "Configuration"
    assert "the program sz is not installed on this worker" in outcome.end["error_msg"]
    assert outcome.cases("lava")["validate"] == "fail"
