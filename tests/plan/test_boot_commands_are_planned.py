"""What a bootloader is given, from the device's lists or from the job."""

from __future__ import annotations

from typing import Any

import pytest

from pumice.definitions.planning import plan
from pumice.formats.errors import InvalidDocument, format_path
from pumice.plan.actions import Action, Plan


def planned(device: dict[str, Any], boot: dict[str, Any], kernel: str = "") -> Plan:
    files: dict[str, Any] = {"url": "http://server/kernel"}
    if kernel:
        files["type"] = kernel
    job = {
        "timeouts": {"job": {"hours": 1}},
        "actions": [
            {"deploy": {"to": "tftp", "kernel": files}},
            {"boot": {"method": "u-boot", "prompts": "# ", **boot}},
        ],
    }
    return plan(job, device, job_id="7")


def action(made: Plan, name: str) -> Action:
    return next(found for found in made.walk() if found.name == name)


def test_a_name_takes_the_devices_list_with_its_placeholders(everything: dict[str, Any]) -> None:
    made = planned(everything, {"commands": "ramdisk"})
    lines = ["dhcp", "tftp {KERNEL_ADDR} {KERNEL}", "setenv serverip {SERVER_IP}", "{BOOTX}"]
    assert action(made, "bootloader-commands").parameters["commands"] == lines
    assert action(made, "bootloader-overlay").parameters["commands"] == lines


def test_the_jobs_own_lines_stand_for_the_list(everything: dict[str, Any]) -> None:
    made = planned(everything, {"commands": ["tftp {KERNEL}", "boot"]})
    assert action(made, "bootloader-commands").parameters["commands"] == ["tftp {KERNEL}", "boot"]


def test_a_name_that_the_device_does_not_have_names_those_that_it_has(
    everything: dict[str, Any],
) -> None:
    with pytest.raises(InvalidDocument) as caught:
        planned(everything, {"commands": "usb"})
    problem = caught.value.problems[0]
    assert format_path(problem.path) == "actions[1].boot.commands"
    assert "it has nfs, ramdisk" in problem.message


@pytest.mark.parametrize(
    ("kernel", "kind", "address"),
    [("", "bootm", "0x80000000"), ("zimage", "bootz", "0x90000000")],
)
def test_the_kernels_type_decides_over_addresses(
    everything: dict[str, Any], kernel: str, kind: str, address: str
) -> None:
    found = action(
        planned(everything, {"commands": "nfs"}, kernel), "bootloader-overlay"
    ).parameters
    assert (found["type"], found["addresses"]["kernel"]) == (kind, address)


def test_the_methods_own_prompt_wins_over_the_constant(everything: dict[str, Any]) -> None:
    found = action(planned(everything, {"commands": "nfs"}), "bootloader-interrupt").parameters
    assert (found["prompt"], found["character"]) == ("Stop me", "x")
    del everything["actions"]["boot"]["methods"]["u-boot"]["parameters"]["interrupt_prompt"]
    found = action(planned(everything, {"commands": "nfs"}), "bootloader-interrupt").parameters
    assert found["prompt"] == "Hit any key to stop autoboot"


def test_the_jobs_final_message_wins_over_the_devices(everything: dict[str, Any]) -> None:
    own = {"commands": "nfs", "parameters": {"bootloader-final-message": "Off we go"}}
    for boot, message in (({"commands": "nfs"}, "Starting kernel"), (own, "Off we go")):
        found = action(planned(everything, boot), "bootloader-commands").parameters
        assert found["final_message"] == message


@pytest.mark.parametrize(
    ("device", "job", "becomes"),
    [(True, {}, True), (False, {}, False), (True, {"use_bootscript": False}, False)],
    ids=["the device", "neither", "the job refuses"],
)
def test_lines_become_a_script_where_job_or_device_say_so(
    everything: dict[str, Any], device: bool, job: dict[str, Any], becomes: bool
) -> None:
    everything["actions"]["deploy"]["parameters"] = {"mkimage_arch": "arm64"}
    everything["actions"]["boot"]["methods"]["u-boot"]["parameters"]["use_bootscript"] = device
    found = action(planned(everything, {"commands": "nfs", **job}), "bootloader-overlay")
    script = {"kind": "u-boot", "architecture": "arm64"} if becomes else None
    assert found.parameters["script"] == script


def test_without_a_power_switch_the_board_is_rebooted_by_commands(
    everything: dict[str, Any],
) -> None:
    del everything["commands"]["hard_reset"]
    made = planned(everything, {"commands": "nfs", "soft_reboot": "reboot -f"})
    assert action(made, "send-reboot-commands").parameters["commands"] == ["reboot -f"]
    assert "pdu-reboot" not in {found.name for found in made.walk()}


def test_a_device_without_a_console_is_an_obstacle(everything: dict[str, Any]) -> None:
    del everything["commands"]["connections"]
    messages = [o.message for o in planned(everything, {"commands": "nfs"}).obstacles]
    assert any("no command to connect" in message for message in messages)


@pytest.mark.parametrize(("command", "name"), [("recovery", "enter"), ("exit", "exit")])
def test_recovery_takes_the_devices_commands_for_it(
    everything: dict[str, Any], command: str, name: str
) -> None:
    own = {"recovery_mode": ["jumper on"], "recovery_exit": ["jumper off"]}
    everything["actions"]["deploy"]["methods"]["recovery"] = {"commands": own}
    job = {
        "timeouts": {"job": {"hours": 1}},
        "actions": [{"boot": {"method": "recovery", "commands": command}}],
    }
    found = action(plan(job, everything, job_id="7"), f"{name}-recovery-mode").parameters
    assert found["commands"] == own[{"enter": "recovery_mode", "exit": "recovery_exit"}[name]]


def test_a_command_that_the_device_does_not_have_names_those_that_it_has(
    everything: dict[str, Any],
) -> None:
    job = {"timeouts": {"job": {"hours": 1}}, "actions": [{"command": {"name": "dance"}}]}
    with pytest.raises(InvalidDocument) as caught:
        plan(job, everything, job_id="7")
    problem = caught.value.problems[0]
    assert format_path(problem.path) == "actions[0].command.name"
    assert "hard_reset" in problem.message
    assert "measure" in problem.message
