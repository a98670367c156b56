"""A board that dies at 80 % of a transfer from a real TFTP server, as U-Boot tells of it or not."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pumice.devices import library
from pumice.devices.rendering import render
from pumice.formats import yaml
from pumice.testing import board
from pumice.testing.scripted_lab import Outcome
from pumice.testing.tftp_lab import TftpLab


@dataclass
class UBootLab(TftpLab):
    """A board of the shipped device type for U-Boot."""

    @property
    def switched(self) -> Path:
        return self.folder / "switched"

    def _writes(self, word: str) -> str:
        return f"sh -c 'echo {word} >> {self.switched}'"

    def device(self) -> dict[str, Any]:
        words = [sys.executable, "-m", "pumice.testing.u_boot", "--root", str(self.root)]
        words += ["--server", f"127.0.0.1:{self.port}", *self.options]
        variables = {
            "connection_command": shlex.join(words),
            "hard_reset_command": self._writes("reset"),
            "power_off_command": self._writes("off"),
            "bootz_kernel_addr": "0x80000000",
            "uboot_ramdisk_format": "",
            "kernel_start_message": "Linux version [0-9]",
            "lava_test_results_dir": f"{self.root}/lava-%s",
        }
        lines = [f"{{% set {name} = {value!r} %}}" for name, value in variables.items()]
        text = "\n".join(["{% extends 'base-uboot.jinja2' %}", *lines])
        return yaml.load(render(text, library)).data

    def load(self, **boot: Any) -> Outcome:
        """Deploy two files of some size, and boot them."""
        kernel = {**self.file("zImage", bytes(1 << 20)), "type": "zimage"}
        login = {"login_prompt": "login:", "username": "root"}
        keys = {"method": "u-boot", "commands": "ramdisk", "auto_login": login, **boot}
        return self.run(
            self.deploy(kernel=kernel),
            {"boot": {"prompts": [board.PROMPT], **keys}},
            self.test("lava-test-case one --result pass"),
            timeouts={"job": {"hours": 1}, "action": {"minutes": 10}},
        )


@pytest.fixture
def uboot(tftp: TftpLab) -> UBootLab:
    return UBootLab(tftp.folder, port=tftp.port, dispatcher=tftp.dispatcher)


def test_a_board_that_lives_loads_all_and_boots(uboot: UBootLab) -> None:
    outcome = uboot.load()
    assert outcome.passed, outcome.text
    assert outcome.cases("0_smoke") == {"one": "pass"}


def test_one_that_gives_up_is_reset_and_loads_all_at_the_second_attempt(uboot: UBootLab) -> None:
    uboot.options = ["--fault", "gives-up", "--faulty-boots", "1"]
    outcome = uboot.load(failure_retry=2)
    assert outcome.passed, outcome.text
    assert any(" T T T T " in str(line) for line in outcome.messages("target"))
    assert outcome.cases("0_smoke") == {"one": "pass"}
    assert uboot.switched.read_text().split() == ["reset", "reset", "off"]


def test_one_that_gives_up_each_time_is_the_labs_failure(uboot: UBootLab) -> None:
    uboot.options = ["--fault", "gives-up"]
    outcome = uboot.load(failure_retry=2)
    assert outcome.end["error_type"] == "Infrastructure"
    assert outcome.end["error_msg"] == "u-boot failed: 'Retry count exceeded'"
    assert uboot.switched.read_text().split() == ["reset", "reset", "off"]


def test_one_that_falls_silent_ends_with_its_time(uboot: UBootLab) -> None:
    uboot.options = ["--fault", "silent"]
    outcome = uboot.load(timeouts={"bootloader-commands": {"seconds": 6}})
    assert outcome.end["error_type"] == "Infrastructure"
    assert "bootloader-commands timed out" in outcome.end["error_msg"]
    assert uboot.switched.read_text().split() == ["reset", "off"]


def test_one_whose_console_goes_away_is_the_labs_failure(uboot: UBootLab) -> None:
    uboot.options = ["--fault", "ends"]
    outcome = uboot.load()
    assert outcome.end["error_type"] == "Infrastructure"
    assert "ended with status 3" in outcome.end["error_msg"]
    assert uboot.switched.read_text().split() == ["reset", "off"]
