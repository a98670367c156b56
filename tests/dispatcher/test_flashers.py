"""``to: flasher``: the device's own commands write what the job names."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pumice.testing import board
from pumice.testing.scripted_lab import Outcome, ScriptedLab

SCRIPT = """#!/bin/sh
echo "flashing with $*"
for word; do printf '%s\\n' "$word" >> {record}; done
test ! -e {faults} || {{ read first < {faults}; rm {faults}; exit "$first"; }}
"""


@dataclass
class FlasherLab(ScriptedLab):
    """A board that a script of the site writes to; the script notes what it was given."""

    flashing: list[str] = field(default_factory=list[str])

    @property
    def script(self) -> Path:
        path = self.folder / "flash.sh"
        path.write_text(SCRIPT.format(record=self.record, faults=self.folder / "faults"))
        path.chmod(0o755)
        return path

    @property
    def record(self) -> Path:
        return self.folder / "record"

    @property
    def given(self) -> list[str]:
        return self.record.read_text().splitlines()

    def fail_once(self, status: int) -> None:
        self.folder.joinpath("faults").write_text(f"{status}\n")

    def device(self) -> dict[str, Any]:
        device = super().device()
        commands = [line.replace("FLASH", str(self.script)) for line in self.flashing]
        device["actions"]["deploy"]["methods"]["flasher"] = {"commands": commands}
        device["device_info"] = [{"board_id": "0123 45"}]
        device["static_info"] = [{"board_id": "9"}]
        return device

    def flash(self, *files: str, **changes: Any) -> Outcome:
        images: dict[str, Any] = {}
        for name in files:
            path = self.folder / f"{name}.bin"
            path.write_bytes(name.encode())
            images[name] = {"url": f"file://{path}"}
        return self.run({"deploy": {"to": "flasher", "images": images, **changes}})


@pytest.fixture
def lab(lab: ScriptedLab) -> FlasherLab:
    return FlasherLab(lab.folder)


def test_the_commands_get_the_files_and_their_output_is_logged(lab: FlasherLab) -> None:
    lab.flashing = ["FLASH --image={IMAGE} --fs {ROOT_FS}", "FLASH second {LAVA_JOB_ID}"]
    outcome = lab.flash("image", "root-fs")
    assert outcome.passed, outcome.text
    image, option, root, second, job = lab.given
    assert (option, second, job) == ("--fs", "second", "1")
    assert image.startswith("--image=/")
    assert image.endswith("/image.bin")
    assert root.endswith("/root-fs.bin")
    assert f">> flashing with {image} --fs {root}" in outcome.messages("debug")
    assert outcome.cases("lava")["deploy-flasher"] == "pass"


def test_a_file_is_there_while_the_commands_run(lab: FlasherLab) -> None:
    lab.flashing = [f"cp {{IMAGE}} {lab.folder}/board"]
    assert lab.flash("image").passed
    assert lab.folder.joinpath("board").read_bytes() == b"image"


def test_the_device_s_power_commands_are_filled_in(lab: FlasherLab) -> None:
    lab.flashing = ["{POWER_OFF_COMMAND}", "FLASH '{HARD_RESET_COMMAND}' {POWER_ON_COMMAND}"]
    lab.commands = {"power_on": "on 3", "hard_reset": "reset 3"}
    lab.commands["power_off"] = [f"{lab.script} off 1", f"{lab.script} off 2"]
    assert lab.flash("image").passed
    assert lab.given[:7] == ["off", "1", "off", "2", "reset 3", "on", "3"]


def test_what_is_filled_in_stays_one_word(lab: FlasherLab) -> None:
    lab.flashing = ["FLASH {DEVICE_INFO} {STATIC_INFO} {IMAGE}"]
    path = lab.folder / "a file; rm -rf $HOME 'x.bin"
    path.write_bytes(b"")
    images = {"image": {"url": f"file://{path}".replace("$", "%24")}}
    assert lab.run({"deploy": {"to": "flasher", "images": images}}).passed
    device, static, image = lab.given
    assert json.loads(device) == [{"board_id": "0123 45"}]
    assert json.loads(static) == [{"board_id": "9"}]
    assert image.endswith("/a file; rm -rf $HOME 'x.bin")


def test_a_file_that_is_not_downloaded_is_given_as_its_address(lab: FlasherLab) -> None:
    lab.flashing = ["FLASH {IMAGE}"]
    images = {"image": {"url": "http://server.invalid/image", "download": False}}
    assert lab.run({"deploy": {"to": "flasher", "images": images}}).passed
    assert lab.given == ["http://server.invalid/image"]


def test_files_lie_in_one_folder_where_the_job_wants_that(lab: FlasherLab) -> None:
    lab.flashing = ["FLASH {IMAGE} {OTHER}"]
    assert lab.flash("image", "other", uniquify=False).passed
    image, other = map(Path, lab.given)
    assert image.parent == other.parent
    assert (image.name, other.name) == ("image.bin", "other.bin")


def test_a_command_that_fails_is_tried_again(lab: FlasherLab) -> None:
    lab.flashing = ["FLASH {IMAGE}"]
    lab.fail_once(3)
    outcome = lab.flash("image", failure_retry=2)
    assert outcome.passed
    assert len(lab.given) == 2


def test_a_command_that_keeps_failing_is_an_infrastructure_error(lab: FlasherLab) -> None:
    lab.flashing = ["FLASH {IMAGE}"]
    lab.fail_once(3)
    outcome = lab.flash("image")
    assert outcome.end["error_type"] == "Infrastructure"
    assert outcome.end["error_msg"].endswith("image.bin ended with status 3")


def test_a_power_command_that_the_device_lacks_is_named(lab: FlasherLab) -> None:
    lab.flashing = ["FLASH {IMAGE} {HARD_RESET_COMMAND}"]
    outcome = lab.flash("image")
    assert outcome.end["error_type"] == "Job"
    assert "the device's flasher uses {HARD_RESET_COMMAND}" in outcome.end["error_msg"]
    assert not lab.record.exists()


def test_a_program_that_is_missing_is_found_before_anything_is_downloaded(
    lab: FlasherLab,
) -> None:
    lab.flashing = ["FLASH {IMAGE}", "no-such-flasher {IMAGE}"]
    outcome = lab.flash("image")
    assert outcome.end["error_type"] == "Configuration"
    assert "no-such-flasher is not installed" in outcome.end["error_msg"]
    assert "file-download" not in outcome.cases("lava")


def test_a_board_that_was_flashed_boots(lab: FlasherLab) -> None:
    lab.flashing = ["FLASH {IMAGE}"]
    lab.commands = {"connect": lab.connect(), "hard_reset": "true"}
    lab.boot_methods = {"minimal": None}
    path = lab.folder / "image.bin"
    path.write_bytes(b"firmware")
    login = {"login_prompt": "login:", "username": "root"}
    outcome = lab.run(
        {"deploy": {"to": "flasher", "images": {"image": {"url": f"file://{path}"}}}},
        {"boot": {"method": "minimal", "prompts": [board.PROMPT], "auto_login": login}},
    )
    assert outcome.passed, outcome.text
    assert outcome.cases("lava")["login-action"] == "pass"
