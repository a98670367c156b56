"""A real U-Boot is stopped at its prompt, and an interactive test asks it."""

from __future__ import annotations

from pumice.testing import qemu_boards

from .conftest import BootloaderLab


def test_commands_are_typed_at_the_bootloaders_prompt(lab: BootloaderLab) -> None:
    lab.dictionary = qemu_boards.uboot_x86
    boot = {"boot": {"method": "bootloader", "bootloader": "u-boot", "prompts": ["=> "]}}
    lines = [
        {
            "name": "version",
            "command": "version",
            "successes": [{"message": r"U-Boot (?P<RELEASE>20\d\d\.\d\d)"}],
        },
        {
            "name": "unknown",
            "command": "no-such-command",
            "failures": [{"message": "Unknown command"}],
        },
        {"command": "setenv answer release-{RELEASE}"},
        {
            "name": "kept",
            "command": "printenv answer",
            "successes": [{"message": r"answer=release-20\d\d"}],
            "failures": [{"message": "not defined", "exception": "JobError"}],
        },
        {"command": "echo to {SERVER_IP}"},
        {"command": "sleep 2", "wait_for_prompt": False},
        {"name": "waited", "command": None},
    ]
    script = {"name": "ask", "prompts": ["=> "], "echo": "discard", "script": lines}
    outcome = lab.run(boot, {"test": {"interactive": [script]}})
    assert outcome.passed, outcome.end
    cases = {"version": "pass", "unknown": "fail", "kept": "pass", "waited": "pass"}
    assert outcome.cases("0_ask") == cases
    assert "to 10.0.2.2" in outcome.messages("target")
    assert outcome.cases("lava")["0_ask"] == "pass"
    assert not any("does not echo" in str(text) for text in outcome.messages("debug"))
