"""A job's containers beside each other: names, networks, the board and its tests."""

from __future__ import annotations

import pytest

from pumice.testing.container_lab import BUSYBOX, ContainerLab


def test_a_container_can_share_another_one_s_network(lab: ContainerLab) -> None:
    outcome = lab.run(
        lab.image(container_name="server"),
        lab.start_container(),
        lab.inside("true", docker={"network_from": "server", "container_name": "client"}),
    )
    assert outcome.passed, outcome.end
    assert "--name=lava-1-server" in outcome.text
    assert "--network=container:lava-1-server" in outcome.text
    assert "--name=lava-1-client" in outcome.text


def test_tests_in_a_container_leave_the_board_s_console_alone(lab: ContainerLab) -> None:
    outcome = lab.run(
        lab.image(),
        lab.start_container(),
        lab.test("touch /on-the-board", name="before"),
        lab.inside("lava-test-case other --shell test ! -e /on-the-board", name="beside"),
        lab.test("lava-test-case same --shell test -e /on-the-board", name="after"),
    )
    assert outcome.passed, outcome.end
    assert outcome.cases("1_beside") == {"other": "pass"}
    assert outcome.cases("2_after") == {"same": "pass"}


def test_a_board_that_boots_again_has_its_own_tests(lab: ContainerLab) -> None:
    outcome = lab.run(
        lab.image(),
        lab.start_container(),
        lab.inside("true", name="beside"),
        lab.start_container(),
        lab.test("lava-test-case here --result pass", name="after"),
    )
    assert outcome.passed, outcome.end
    assert outcome.cases("1_after") == {"here": "pass"}


@pytest.mark.parametrize("name", ["Upper", "-option", "a b"])
def test_a_name_that_is_no_image_is_refused(lab: ContainerLab, name: str) -> None:
    outcome = lab.run(lab.image(name), lab.start_container())
    assert outcome.end["error_type"] == "Job"
    assert "image" in outcome.end["error_msg"]
    assert BUSYBOX not in outcome.text
