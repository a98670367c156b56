"""``deploy`` and ``boot`` with docker: a container is the board."""

from __future__ import annotations

from typing import Any

import pytest

from pumice.testing.container_lab import BUSYBOX, ContainerLab, Engine


def test_tests_run_in_the_container_s_shell(lab: ContainerLab) -> None:
    outcome = lab.run(
        lab.image(),
        lab.start_container(),
        lab.test("lava-test-case host --shell test $(hostname) = lava", "ls /lava-1"),
    )
    assert outcome.end["result"] == "pass", outcome.end
    assert outcome.cases("0_smoke") == {"host": "pass"}
    assert outcome.cases("lava")["0_smoke"] == "pass"


def test_the_container_is_named_after_job_and_level(lab: ContainerLab, engine: Engine) -> None:
    lab.job_id = "4711"
    outcome = lab.run(lab.image(), lab.start_container())
    assert outcome.passed
    assert "--name=lava-4711-2.1 --label=pumice.job=4711" in outcome.text
    assert outcome.cases("lava")["power-off"] == "pass"


def test_the_device_s_options_reach_the_container(lab: ContainerLab) -> None:
    shared = lab.folder / "shared"
    shared.mkdir()
    lab.boot_options = {
        "cpus": 0.0,
        "memory": 0,
        "volumes": [f"{shared}:/shared"],
        "extra_arguments": ["--env COLOUR=blue"],
    }
    outcome = lab.run(lab.image(), lab.start_container(), lab.test("echo $COLOUR > /shared/colour"))
    assert outcome.passed
    assert shared.joinpath("colour").read_text() == "blue\n"


def test_a_container_needs_neither_prompts_nor_tests(lab: ContainerLab) -> None:
    outcome = lab.run(lab.image(), lab.start_container(prompts=[]))
    assert outcome.passed, outcome.end


def test_a_second_boot_is_a_new_container(lab: ContainerLab) -> None:
    outcome = lab.run(
        lab.image(),
        lab.start_container(),
        lab.test("touch /here", name="first"),
        lab.start_container(),
        lab.test("lava-test-case new --shell test ! -e /here", name="second"),
    )
    assert outcome.passed, outcome.end
    assert outcome.cases("1_second") == {"new": "pass"}


@pytest.mark.parametrize(
    ("command", "status"), [("/bin/nothing-here", "127"), ("true", "0")], ids=["missing", "ends"]
)
def test_a_command_that_is_no_shell_is_the_job_s_fault(
    lab: ContainerLab, command: str, status: str
) -> None:
    outcome = lab.run(lab.image(), lab.start_container(command))
    assert outcome.end["error_type"] == "Job"
    assert f"gave no shell: docker ended with status {status}" in outcome.end["error_msg"]


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"name": "pumice.test/nothing:1"}, "Job", "cannot be had on this worker"),
        (
            {"name": "127.0.0.1:1/nothing:1", "local": False},
            "Infrastructure",
            "cannot be had in its registry",
        ),
        (
            {"login": {"registry": "127.0.0.1:1", "user": "me", "password": "hidden-word"}},
            "Infrastructure",
            "the login to 127.0.0.1:1 failed",
        ),
    ],
    ids=["missing", "no registry", "no login"],
)
def test_an_image_that_is_not_to_be_had_ends_the_job(
    lab: ContainerLab, changes: dict[str, Any], error: str, message: str
) -> None:
    outcome = lab.run(lab.image(**{"name": BUSYBOX, **changes}), lab.start_container())
    assert outcome.end["error_type"] == error, outcome.text
    assert message in outcome.end["error_msg"]
    assert "hidden-word" not in outcome.text


def test_without_an_image_nothing_boots(lab: ContainerLab) -> None:
    outcome = lab.run(lab.start_container())
    assert outcome.end["error_type"] == "Job"
    assert "to: docker" in outcome.end["error_msg"]
