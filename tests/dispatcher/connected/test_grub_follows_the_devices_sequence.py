"""GRUB on boards that offer fastboot first, such as HiKey: they are sent on, then they boot."""

from __future__ import annotations

import shlex
from typing import Any

import pytest

from pumice.testing import board
from pumice.testing.scripted_lab import ScriptedLab

FIRMWARE = """
stty sane
stty -icanon
echo 'Android Fastboot mode - version 0.7'
echo 'Press any key to boot from eMMC'
dd bs=1 count=1 2> /dev/null | od -An -c | head -n 1 > {key}
stty icanon
{grub}
exec {board}
"""
GRUB = """
printf 'grub> '
read -r line
echo "$line" > {line}
"""


def boot(method: str, **changes: Any) -> dict[str, Any]:
    login = {"login_prompt": "login:", "username": "root"}
    keys = {"method": method, "auto_login": login, "prompts": [board.PROMPT], **changes}
    return {"boot": {"commands": "installed", **keys}}


@pytest.fixture
def hikey(lab: ScriptedLab) -> ScriptedLab:
    """A lab whose board waits for a key before it boots."""
    give(lab, "")
    offers = {"interrupt_prompt": "Android Fastboot mode", "interrupt_string": " "}
    lab.deploy_methods = {"fastboot": offers}
    installed = {"parameters": offers, "commands": ["boot"]}
    lab.boot_methods = {
        "grub": {
            "reset_device": False,
            "sequence": ["wait-fastboot-interrupt"],
            "installed": {"commands": ["boot"]},
        },
        "grub-efi": {
            "reset_device": False,
            "parameters": {"bootloader_prompt": "grub>", "interrupt_newline": False},
            "installed": installed,
        },
    }
    return lab


def give(lab: ScriptedLab, grub: str) -> None:
    """Connect the board, which asks for a line where `grub` says so."""
    script = FIRMWARE.format(key=lab.folder / "key", grub=grub, board=lab.connect())
    lab.commands = {"connect": shlex.join(["sh", "-c", script]), "hard_reset": "false"}


def test_the_board_is_sent_on_while_it_offers_fastboot(hikey: ScriptedLab) -> None:
    outcome = hikey.run(boot("grub"))
    assert outcome.passed, outcome.text
    # A space and nothing more; the board is not reset, as its type says.
    assert hikey.folder.joinpath("key").read_text().strip("\n") == "    "
    assert "pdu-reboot" not in outcome.cases("lava")
    assert outcome.result("lava", "login-action")["result"] == "pass"


def test_a_list_of_commands_may_say_how_grub_is_reached(hikey: ScriptedLab) -> None:
    give(hikey, GRUB.format(line=hikey.folder / "line"))
    outcome = hikey.run(boot("grub-efi"))
    assert outcome.passed, outcome.text
    assert hikey.folder.joinpath("line").read_text() == "boot\n"


def test_a_sequence_needs_what_fastboot_says(hikey: ScriptedLab) -> None:
    hikey.deploy_methods = {"fastboot": None}
    outcome = hikey.run(boot("grub"))
    assert outcome.end["error_type"] == "Job"
    assert "which needs interrupt_prompt and interrupt_string" in outcome.end["error_msg"]
