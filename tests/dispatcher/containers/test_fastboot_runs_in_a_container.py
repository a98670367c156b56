"""``docker`` of fastboot: Debian's client, in a container, reaches an emulated device over TCP."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from pumice.testing.container_lab import ContainerLab, Engine
from pumice.testing.fastboot_lab import FastbootLab

IMAGE = "pumice.test/fastboot:1"
TIMEOUTS = {"job": {"minutes": 3}, "action": {"minutes": 2}}


@pytest.fixture(scope="module")
def image(engine: Engine) -> str:
    """An image with this host's own fastboot."""
    program = Path(shutil.which("fastboot") or "").resolve()
    said = subprocess.run(["ldd", str(program)], check=True, capture_output=True, text=True)
    files = {"usr/bin/fastboot": program.read_bytes(), "tmp/.keep": b""}
    for path in (Path(word) for word in said.stdout.split() if word.startswith("/")):
        files[str(path).lstrip("/")] = path.read_bytes()
        # What Debian keeps apart from other libraries is found by the program's own folder.
        if "android" in str(path):
            files[f"usr/lib/{path.name}"] = path.read_bytes()
    for name in files:
        place = engine.folder / IMAGE.replace("/", "-") / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch(mode=0o755)
    engine.make_image(IMAGE, files)
    return IMAGE


@pytest.fixture
def board(lab: ContainerLab) -> FastbootLab:
    return FastbootLab(lab.folder)


def test_images_are_written_and_booted_from_a_container(board: FastbootLab, image: str) -> None:
    docker = {"image": image, "local": True}
    board.sequence = ["reboot", "auto-login"]
    with board.switched_on():
        outcome = board.run(
            board.flash(board.images("boot"), docker=docker),
            board.start_up(docker=docker),
            timeouts=TIMEOUTS,
        )
    assert outcome.passed, outcome.text
    assert board.asked == ["flash:boot", "reboot"]
    calls = [text for text in outcome.messages("debug") if "docker run" in str(text)]
    assert len(calls) == 2
    assert all(f"{image} fastboot -s tcp:127.0.0.1:" in call for call in calls)
    assert outcome.cases("lava")["login-action"] == "pass"


def test_an_image_that_is_not_there_is_the_jobs_fault(board: FastbootLab, image: str) -> None:
    docker = {"image": f"{image}-missing", "local": True}
    with board.switched_on():
        outcome = board.run(board.flash(board.images("boot"), docker=docker), timeouts=TIMEOUTS)
    assert outcome.end["error_type"] == "Job"
    assert "cannot be had on this worker" in outcome.end["error_msg"]
