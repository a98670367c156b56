"""A board whose firmware has a menu with numbers, as Arm's UEFI draws it, before GRUB starts.

The board is a script; QEMU's own UEFI, which has a shell and no such menu, is tested with the
other bootloaders.
"""

from __future__ import annotations

import shlex
from typing import Any

import pytest

from pumice.testing import board
from pumice.testing.scripted_lab import Outcome, ScriptedLab

FIRMWARE = """
key() {{ stty -icanon; dd bs=1 count=1 2> /dev/null > /dev/null; stty icanon; }}
answer() {{ read -r typed; echo "$typed" >> {log}; }}
stty sane igncr
echo 'The default boot selection will start in   5 seconds'
key
printf '[1] Linux from eMMC\\n[2] Boot Manager\\n[3] Boot Manager and more\\nStart: '
answer
printf '[1] Add Boot Device Entry\\n[12] Return to main menu - VenHw(0,1)\\nChoice: '
answer
printf 'Get the TFTP server IP address:'
answer
printf 'Loading GRUB, press c for a command-line\\n'
key
printf 'grub>'
answer
exec {board}
"""
CHOICES: list[dict[str, Any]] = [
    {"select": {"items": ["Boot Manager"], "wait": "Choice:"}},
    {"select": {"items": ["Remove {LAVA_JOB_ID}"], "fallback": "Return to main menu"}},
    {"select": {"wait": "server IP address:"}},
    {"select": {"enter": "{SERVER_IP}"}},
]


class MenuLab(ScriptedLab):
    """A board of type ``grub-efi``, with a menu."""

    choices = CHOICES

    def device(self) -> dict[str, Any]:
        script = FIRMWARE.format(log=self.folder / "typed", board=self.connect())
        self.commands = {"connect": shlex.join(["sh", "-c", script]), "hard_reset": "true"}
        menu = {
            "interrupt_prompt": "The default boot selection will start in",
            "interrupt_string": " ",
            "item_markup": ["[", "]"],
            "item_class": "0-9",
            "separator": " ",
            "bootloader_prompt": "Start:",
        }
        grub = {
            "bootloader_prompt": "grub>",
            "interrupt_prompt": "for a command-line",
            "interrupt_char": "c",
            "interrupt_newline": False,
        }
        self.boot_methods = {
            "uefi-menu": {"parameters": menu, "pxe-grub": self.choices},
            "grub-efi": {"menu_options": "pxe-grub", "parameters": grub},
        }
        self.dispatcher = "dispatcher_ip: 10.1.2.3"
        return super().device()

    @property
    def typed(self) -> list[str]:
        """What the firmware was told, line by line."""
        return self.folder.joinpath("typed").read_text().splitlines()

    def start_grub(self) -> Outcome:
        login = {"login_prompt": "login:", "username": "root"}
        keys = {"commands": ["boot"], "auto_login": login, "prompts": [board.PROMPT]}
        return self.run({"boot": {"method": "grub-efi", **keys}})


@pytest.fixture
def lab(lab: ScriptedLab) -> MenuLab:
    return MenuLab(lab.folder)


def test_labels_are_chosen_by_their_numbers_and_questions_answered(lab: MenuLab) -> None:
    outcome = lab.start_grub()
    assert outcome.passed, outcome.text
    assert lab.typed == ["2", "12", "10.1.2.3", "boot"]
    assert outcome.result("lava", "grub-efi-menu-selector")["result"] == "pass"
    assert outcome.result("lava", "login-action")["result"] == "pass"


def test_a_menu_without_the_item_is_the_labs_fault(lab: MenuLab) -> None:
    lab.choices = [{"select": {"items": ["Boot from {KERNEL_NAME}"]}}]
    outcome = lab.start_grub()
    assert outcome.end["error_type"] == "Infrastructure"
    assert "the menu has no 'Boot from {KERNEL_NAME}'" in outcome.end["error_msg"]
    assert "it shows Linux from eMMC, Boot Manager, " in outcome.end["error_msg"]


def test_a_file_that_was_not_deployed_is_the_jobs_fault(lab: MenuLab) -> None:
    lab.choices = [{"select": {"enter": "{KERNEL}"}}]
    outcome = lab.start_grub()
    assert outcome.end["error_type"] == "Job"
    assert "needs a file that no deploy action gave" in outcome.end["error_msg"]


def test_an_entry_that_cannot_be_read_ends_the_job_before_it_begins(lab: MenuLab) -> None:
    lab.choices = [{"select": {"item": ["Boot Manager"]}}]
    outcome = lab.start_grub()
    assert "an entry that cannot be read" in outcome.end["error_msg"]
    assert not lab.folder.joinpath("typed").exists()
