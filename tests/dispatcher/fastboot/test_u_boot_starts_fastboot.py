"""A board that comes into fastboot by a command of its U-Boot, on its console.

The console is a script that acts as U-Boot; the client is the real one.
"""

from __future__ import annotations

import shlex

import pytest

from pumice.testing.fastboot_lab import FastbootLab

U_BOOT = """
while true; do
    while ! test -e {reset}; do sleep 0.05; done
    rm {reset}
    echo 'U-Boot 2023.01 (scripted)'
    printf 'Hit any key to stop autoboot: 2 '
    read -r key
    printf 'board=> '
    read -r line
    echo "$line" >> {lines}
    touch {mode}
    while test -e {mode} && ! test -e {reset}; do sleep 0.05; done
    test -e {reset} || exec {board}
done
"""


@pytest.fixture
def board(lab: FastbootLab) -> FastbootLab:
    reset = lab.folder / "reset"
    script = U_BOOT.format(
        reset=reset, lines=lab.folder / "lines", mode=lab.mode, board=lab.connect()
    )
    lab.commands = {
        "connect": shlex.join(["sh", "-c", script]),
        "hard_reset": f"sh -c 'touch {reset}; rm -f {lab.mode}'",
    }
    lab.root.mkdir()
    lab.settings = {"fastboot_via_uboot": True}
    start = {"fastboot": {"commands": ["fastboot usb 0"]}, "bootloader_prompt": ""}
    lab.deploy_methods = {"u-boot": {"parameters": {"interrupt_char": "", **start}}}
    own = {
        "interrupt_prompt": "Hit any key to stop autoboot",
        "bootloader_prompt": "board=>",
        "interrupt_char": "",
    }
    lab.boot_methods = {"u-boot": {"parameters": own}}
    return lab


def test_each_action_goes_through_u_boot(board: FastbootLab) -> None:
    board.sequence = ["reboot", "auto-login"]
    with board.switched_on():
        board.mode.unlink()
        outcome = board.run(board.flash(board.images("boot")), board.start_up())
    assert outcome.passed, outcome.text
    assert board.asked == ["flash:boot", "reboot"]
    lines = board.folder.joinpath("lines").read_text().splitlines()
    assert lines == ["fastboot usb 0"] * 2
    levels = [r["level"] for r in outcome.results if r["case"] == "bootloader-commands"]
    assert len(levels) == 2
    assert outcome.cases("lava")["login-action"] == "pass"


def test_a_board_that_is_in_fastboot_already_is_left_there(board: FastbootLab) -> None:
    board.commands["hard_reset"] = None
    with board.switched_on():
        outcome = board.run(board.flash(board.images("boot")))
    assert outcome.passed, outcome.text
    assert board.asked == ["flash:boot"]
    assert not board.folder.joinpath("lines").exists()


def test_a_device_without_the_command_is_told_of_it(board: FastbootLab) -> None:
    board.deploy_methods = {"u-boot": {"parameters": {"fastboot": None}}}
    with board.switched_on():
        outcome = board.run(board.flash(board.images("boot")))
    assert "set fastboot_deploy_uboot_commands" in outcome.end["error_msg"]
