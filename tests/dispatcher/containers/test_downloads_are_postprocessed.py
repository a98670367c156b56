"""``to: downloads`` with ``postprocess``: a container treats the files, others see them."""

from __future__ import annotations

from typing import Any

import pytest

from pumice.testing.container_lab import BUSYBOX, ContainerLab


def downloads(lab: ContainerLab, *steps: str, **changes: Any) -> dict[str, Any]:
    """Download a file, and treat it by these steps."""
    source = lab.folder / "source.txt"
    source.write_text("downloaded\n")
    keys: dict[str, Any] = {"to": "downloads", "images": {"text": {"url": f"file://{source}"}}}
    if steps:
        container = {"image": BUSYBOX, "local": True, "steps": list(steps), **changes}
        keys["postprocess"] = {"docker": container}
    return {"deploy": keys}


def test_steps_change_the_files_that_later_actions_see(lab: ContainerLab) -> None:
    outcome = lab.run(
        downloads(lab, "tr a-z A-Z < source.txt > made.txt", "rm source.txt"),
        lab.inside(
            "cat /lava-downloads/made.txt",
            "lava-test-case gone --shell test ! -e /lava-downloads/source.txt",
        ),
    )
    assert outcome.passed, outcome.end
    assert "DOWNLOADED" in outcome.messages("target")
    assert outcome.cases("0_smoke") == {"gone": "pass"}
    assert "--name=lava-1-1.3" in outcome.text


def test_a_made_file_can_be_downloaded(lab: ContainerLab) -> None:
    outcome = lab.run(
        downloads(lab, "echo made > made.txt"),
        {"deploy": {"to": "downloads", "images": {"again": {"url": "downloads://made.txt"}}}},
    )
    assert outcome.passed, outcome.end


def test_the_first_step_that_fails_ends_the_job(lab: ContainerLab) -> None:
    outcome = lab.run(downloads(lab, "false", "echo never-said-$((40 + 2))"))
    assert outcome.end["error_type"] == "Job"
    assert "ended with status 1" in outcome.end["error_msg"]
    assert "never-said-42" not in outcome.text


def test_steps_that_take_too_long_end_with_their_container(lab: ContainerLab) -> None:
    lab.device_timeouts = {"download-postprocess-docker": {"seconds": 2}}
    outcome = lab.run(downloads(lab, "sleep 100"))
    assert outcome.end["error_type"] == "Job"
    assert "download-postprocess-docker timed out" in outcome.end["error_msg"]


@pytest.mark.parametrize(
    ("device", "message"),
    [("/etc/passwd", "is no device"), ("/dev/../etc", "is no device"), ("/dev/none", "not there")],
)
def test_only_devices_that_are_there_are_shared(
    lab: ContainerLab, device: str, message: str
) -> None:
    outcome = lab.run(downloads(lab, "true", devices=[device]))
    assert outcome.end["error_type"] == "Job"
    assert message in outcome.end["error_msg"]


def test_a_device_is_shared(lab: ContainerLab) -> None:
    assert lab.run(downloads(lab, "test -c /dev/full", devices=["/dev/full"])).passed


def test_a_container_sees_the_files_of_another_namespace(lab: ContainerLab) -> None:
    def in_namespace(action: dict[str, Any], name: str) -> dict[str, Any]:
        return {kind: {**keys, "namespace": name} for kind, keys in action.items()}

    see = lab.inside(
        "lava-test-case there --shell grep -q downloaded /lava-downloads/source.txt",
        **{"downloads-namespace": "files"},
    )
    outcome = lab.run(in_namespace(downloads(lab), "files"), in_namespace(see, "tests"))
    assert outcome.passed, outcome.end
    assert outcome.cases("0_smoke") == {"there": "pass"}


def test_a_namespace_without_files_is_the_job_s_fault(lab: ContainerLab) -> None:
    outcome = lab.run(lab.inside("true", **{"downloads-namespace": "elsewhere"}))
    assert outcome.end["error_type"] == "Job"
    assert "'elsewhere'" in outcome.end["error_msg"]
