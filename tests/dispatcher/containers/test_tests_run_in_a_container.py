"""The docker test shell: test definitions that run in a container beside the board."""

from __future__ import annotations

import pytest

from pumice.formats import yaml
from pumice.testing.container_lab import BASH, BUSYBOX, ContainerLab, Engine


@pytest.mark.parametrize("image", [BUSYBOX, BASH])
def test_definitions_run_in_whatever_shell_the_image_has(lab: ContainerLab, image: str) -> None:
    outcome = lab.run(
        lab.inside(
            "lava-test-case one --result pass",
            "lava-test-case two --shell false",
            "test -d /lava-1/results",
            image=image,
        )
    )
    assert outcome.passed, outcome.end
    assert outcome.cases("0_smoke") == {"one": "pass", "two": "fail"}
    assert outcome.cases("lava")["0_smoke"] == "pass"
    assert "--name=lava-docker-test-shell-1-1.3" in outcome.text
    assert any(str(line).startswith("docker-test-shell:$ ") for line in outcome.messages("target"))


def test_the_shell_is_bash_where_there_is_one(lab: ContainerLab) -> None:
    outcome = lab.run(lab.inside("lava-test-case bash --shell grep bash /proc/1/comm", image=BASH))
    assert outcome.cases("0_smoke") == {"bash": "pass"}


def test_the_container_knows_the_board(lab: ContainerLab) -> None:
    lab.changes = {
        "board_id": "0123",
        "adb_serial_number": "4567",
        "commands": {
            "connections": {
                "uart0": {"connect": "telnet lab 7001", "tags": ["primary", "telnet"]},
                "uart-1": {"connect": "telnet lab 7002"},
            },
            "hard_reset": ["pdu off", "pdu on"],
            "power_on": "pdu on",
        },
        "character_delays": {"test": 5},
        "timeouts": {"actions": {"power-off": {"seconds": 5}}},
    }
    outcome = lab.run(lab.inside('echo "[$ANDROID_SERIAL] [$LAVA_BOARD_ID]"', "env | sort"))
    assert outcome.passed, outcome.end
    lines = outcome.messages("target")
    assert "[4567] [0123]" in lines
    for expected in (
        "LAVA_CONNECTION_COMMAND=telnet lab 7001",
        "LAVA_CONNECTION_COMMAND_uart0=telnet lab 7001",
        "LAVA_CONNECTION_COMMAND_uart_1=telnet lab 7002",
        "LAVA_HARD_RESET_COMMAND=pdu off && pdu on",
        "LAVA_POWER_ON_COMMAND=pdu on",
        "LAVA_TEST_CHARACTER_DELAYS=5",
        "LAVA_JOB_ID=1",
    ):
        assert expected in lines
    assert not [line for line in lines if str(line).startswith("LAVA_POWER_OFF_COMMAND=")]


def test_the_device_gives_options(lab: ContainerLab) -> None:
    lab.test_options = {"global_options": [None], "options": ["--env COLOUR=blue", None]}
    outcome = lab.run(lab.inside("lava-test-case colour --shell test $COLOUR = blue"))
    assert outcome.cases("0_smoke") == {"colour": "pass"}


def test_the_lab_s_folders_are_mounted(lab: ContainerLab) -> None:
    for name in ("read", "write"):
        lab.folder.joinpath(name).mkdir()
    mounts = [[f"{lab.folder}/read", "/read"], [f"{lab.folder}/write", "/write", "rw"]]
    lab.dispatcher = yaml.dump({"test_docker_bind_mounts": mounts})
    outcome = lab.run(
        lab.inside("echo hello > /write/file", "lava-test-case ro --shell touch /read/file")
    )
    assert outcome.cases("0_smoke") == {"ro": "fail"}
    assert lab.folder.joinpath("write", "file").read_text() == "hello\n"


def test_mounts_that_make_no_sense_are_the_lab_s_fault(lab: ContainerLab) -> None:
    lab.dispatcher = yaml.dump({"test_docker_bind_mounts": [["/only"]]})
    outcome = lab.run(lab.inside("true"))
    assert outcome.end["error_type"] == "Configuration"
    assert "test_docker_bind_mounts" in outcome.end["error_msg"]


def test_an_image_without_a_shell_is_the_job_s_fault(lab: ContainerLab, engine: Engine) -> None:
    engine.make_image("pumice.test/empty:1", {"file": b""})
    outcome = lab.run(lab.inside("true", image="pumice.test/empty:1"))
    assert outcome.end["error_type"] == "Job"
    assert "gave no shell" in outcome.end["error_msg"]


def test_a_test_that_takes_too_long_ends_with_its_container(lab: ContainerLab) -> None:
    timeouts = {"lava-docker-test-shell": {"seconds": 3}}
    outcome = lab.run(lab.inside("sleep 100", timeouts=timeouts))
    assert outcome.end["error_type"] == "Test"
    assert "lava-docker-test-shell timed out" in outcome.end["error_msg"]


def test_with_skip_the_job_goes_on(lab: ContainerLab) -> None:
    outcome = lab.run(lab.inside("sleep 100", timeout={"seconds": 3, "skip": True}))
    assert outcome.passed
    assert outcome.cases("lava")["0_smoke"] == "fail"


def test_the_board_s_console_can_be_closed_before(lab: ContainerLab, engine: Engine) -> None:
    outcome = lab.run(
        lab.image(),
        lab.start_container(),
        lab.test("true", name="on-the-board"),
        lab.inside("true", name="beside", disconnect_connection=True),
        lab.test("true", name="too-late"),
    )
    assert outcome.cases("lava")["1_beside"] == "pass"
    assert outcome.end["error_type"] == "Job"
    assert "needs a boot action" in outcome.end["error_msg"]


def test_a_container_that_docker_cannot_start_is_the_lab_s_fault(lab: ContainerLab) -> None:
    lab.test_options = {"options": ["--no-such-option"]}
    outcome = lab.run(lab.inside("true"))
    assert outcome.end["error_type"] == "Infrastructure"
    assert "docker could not start" in outcome.end["error_msg"]


def test_the_container_s_user_need_not_be_root(lab: ContainerLab) -> None:
    lab.test_options = {"options": ["--user=1000"]}
    outcome = lab.run(lab.inside("lava-test-case id --shell test $(id -u) = 1000"))
    assert outcome.passed, outcome.end
    assert outcome.cases("0_smoke") == {"id": "pass"}
    assert outcome.cases("lava")["0_smoke"] == "pass"
