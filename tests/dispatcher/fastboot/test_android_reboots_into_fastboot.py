"""A board on USB that runs Android is asked by ``adb`` to reboot into fastboot.

There is no USB here: the programs are scripts, and ``fastboot`` goes on to the real one over TCP.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
from pathlib import Path

import pytest

from pumice.testing.fastboot_lab import FastbootLab

ADB = """#!/bin/sh
# The server is one that only listens.
test "$1" = nodaemon && exec {python} -m http.server --bind 127.0.0.1 $ANDROID_ADB_SERVER_PORT
echo "$*" >> {folder}/adb-calls
touch {mode}
"""
FASTBOOT = """#!/bin/sh
if [ "$1" = devices ]; then
    test -e {mode} && printf '0123abcd\\tfastboot\\n'
    exit 0
fi
shift 2
exec {real} -s {serial} "$@"
"""


@pytest.fixture
def programs(lab: FastbootLab, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = lab.folder / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(free.getsockname()[1]))
    return folder


def script(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def test_adb_reboots_the_board_into_its_bootloader(lab: FastbootLab, programs: Path) -> None:
    # Nothing but adb brings this board into fastboot.
    lab.commands = {"hard_reset": "true"}
    with lab.switched_on():
        serial, real = lab.settings["fastboot_serial_number"], shutil.which("fastboot")
        lab.settings = {"fastboot_serial_number": "0123abcd", "adb_serial_number": "0123abcd"}
        script(
            programs / "adb", ADB.format(folder=lab.folder, mode=lab.mode, python=sys.executable)
        )
        script(programs / "fastboot", FASTBOOT.format(mode=lab.mode, real=real, serial=serial))
        lab.mode.unlink()
        outcome = lab.run(lab.flash(lab.images("boot")))
    assert outcome.passed, outcome.text
    assert (lab.folder / "adb-calls").read_text() == "-s 0123abcd reboot bootloader\n"
    assert lab.asked == ["flash:boot"]
