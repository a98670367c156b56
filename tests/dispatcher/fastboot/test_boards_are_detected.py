"""``fastboot_auto_detection``: the board is the one in fastboot, whatever its serial number.

There is no USB here: ``fastboot`` is a script, which goes on to the real one over TCP.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from pumice.testing.fastboot_lab import FastbootLab

FASTBOOT = """#!/bin/sh
if [ "$1" = devices ]; then
    test -e {mode} && cat {listed}
    exit 0
fi
echo "$2" >> {asked}
shift 2
exec {real} -s {serial} "$@"
"""


@pytest.fixture
def listed(lab: FastbootLab, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What ``fastboot devices`` prints."""
    lab.folder.joinpath("programs").mkdir()
    monkeypatch.setenv("PATH", f"{lab.folder}/programs:{os.environ['PATH']}")
    return lab.folder / "listed"


def detect(lab: FastbootLab, listed: Path) -> None:
    """Let the device say that its board is detected."""
    program, serial = lab.folder / "programs/fastboot", lab.settings["fastboot_serial_number"]
    real = shutil.which("fastboot", path=os.environ["PATH"].partition(":")[2])
    lab.settings = {"fastboot_serial_number": "0000000000", "fastboot_auto_detection": True}
    asked = lab.folder / "serials"
    text = FASTBOOT.format(mode=lab.mode, listed=listed, asked=asked, real=real, serial=serial)
    program.write_text(text)
    program.chmod(0o755)


def test_the_only_board_in_fastboot_is_taken(lab: FastbootLab, listed: Path) -> None:
    listed.write_text("fedcba98\tfastboot\n")
    with lab.switched_on():
        detect(lab, listed)
        outcome = lab.run(lab.flash(lab.images("boot")))
    assert outcome.passed, outcome.text
    assert lab.asked == ["flash:boot"]
    assert "The board in fastboot is fedcba98" in outcome.messages("info")
    assert set(lab.folder.joinpath("serials").read_text().split()) == {"fedcba98"}


def test_among_several_the_board_cannot_be_told(lab: FastbootLab, listed: Path) -> None:
    listed.write_text("fedcba98\tfastboot\n01234567\tfastboot\n")
    with lab.switched_on():
        detect(lab, listed)
        outcome = lab.run(lab.flash(lab.images("boot")))
    assert outcome.end["error_type"] == "Infrastructure"
    assert "fastboot lists fedcba98, 01234567" in outcome.end["error_msg"]
    assert "set its fastboot_serial_number" in outcome.end["error_msg"]
