"""``docker`` of boot method ``qemu``: QEMU runs in a container, a script's or the real one."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pumice.boards import images
from pumice.testing.container_lab import ContainerLab, Engine

CONSOLE = "console=ttyS0 mitigations=off cryptomgr.notests no_timer_check"
SCRIPT = """#!/bin/sh
if [ "$1" = --version ]; then echo 'QEMU of the image'; exit; fi
echo "called $(basename $0) $*"
while [ "$1" != -initrd ]; do shift; done
echo "the ramdisk holds $(cat $2)"
echo 'Linux version 6.1 (in a container)'
printf 'login: '; read -r user
poweroff() { echo 'reboot: Power down'; exit; }
while printf 'board:~# '; read -r line; do eval "$line"; done
"""
BOARD = "pumice.test/board:1"
QEMU = "pumice.test/qemu:1"
FIRMWARE = ("/usr/share/seabios", "/usr/share/qemu")


@pytest.fixture(scope="module")
def board(engine: Engine) -> str:
    """An image with a script for QEMU's program, made as those of the tests are."""
    busybox = Path(shutil.which("busybox") or "/bin/busybox").read_bytes()
    files = {f"bin/{name}": busybox for name in ("sh", "cat", "basename")}
    files |= {"bin/my-qemu": SCRIPT.encode(), "tmp/.keep": b""}
    made(engine, BOARD, files)
    return BOARD


@pytest.fixture(scope="module")
def qemu(engine: Engine) -> str:
    """An image with this host's own QEMU."""
    program = Path(shutil.which("qemu-system-x86_64") or "")
    said = subprocess.run(["ldd", str(program)], check=True, capture_output=True, text=True)
    paths = [program, *(Path(word) for word in said.stdout.split() if word.startswith("/"))]
    files = {str(path).lstrip("/"): path.read_bytes() for path in paths}
    for path in Path("/usr/lib").glob("*/qemu/accel-tcg-x86_64.so"):
        files[str(path).lstrip("/")] = path.read_bytes()
    for folder in FIRMWARE:
        for path in Path(folder).glob("*.bin"):
            files[f"usr/share/qemu/{path.name}"] = path.read_bytes()
    made(engine, QEMU, files | {"tmp/.keep": b""})
    return QEMU


def made(engine: Engine, name: str, files: dict[str, bytes]) -> None:
    root = engine.folder / name.replace("/", "-")
    for path in files:
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch(mode=0o755)
    engine.make_image(name, files)


def boot(lab: ContainerLab, image: str, binary: str = "my-qemu", **changes: Any) -> dict[str, Any]:
    docker = {"image": image, "local": True, "binary": binary, **changes}
    return lab.boot(docker=docker, prompts=["board:~# "])


def test_the_board_starts_with_the_jobs_files(lab: ContainerLab, board: str) -> None:
    lab.program = "/usr/bin/not-on-this-host"
    outcome = lab.run(lab.deploy(), boot(lab, board))
    assert outcome.passed, outcome.text
    (called,) = [line for line in outcome.messages("target") if line.startswith("called")]
    assert called.startswith("called my-qemu -m pumice.testing.board")
    extra = outcome.result("lava", "execute-qemu")["extra"]
    assert extra["qemu_version"] == "QEMU of the image"
    assert "the ramdisk holds a ramdisk" in outcome.messages("target")
    assert outcome.result("lava", "login-action")["result"] == "pass"
    assert "reboot: Power down" in outcome.messages("target")


def test_the_container_has_the_hosts_network_or_another_ones(lab: ContainerLab, board: str) -> None:
    outcome = lab.run(lab.deploy(), boot(lab, board))
    (command,) = [text for text in outcome.messages("info") if "Boot command" in str(text)]
    assert "--network=host" in command
    assert "--name=lava-1-2.1.1" in command


def test_a_program_that_the_image_lacks_fails_the_boot(lab: ContainerLab, board: str) -> None:
    outcome = lab.run(lab.deploy(), boot(lab, board, "no-qemu"))
    assert not outcome.passed
    assert outcome.end["error_type"] == "Infrastructure"
    assert "no-qemu" in outcome.text


def test_an_image_that_is_not_there_is_the_jobs_fault(lab: ContainerLab) -> None:
    outcome = lab.run(lab.deploy(), boot(lab, "pumice.test/nothing:1"))
    assert outcome.end["error_type"] == "Job"
    assert "cannot be had on this worker" in outcome.end["error_msg"]


def test_tests_run_on_a_real_machine(lab: ContainerLab, qemu: str) -> None:
    files = images.make(images.default_folder())
    lab.boot_methods["qemu"] = {
        "parameters": {
            "command": "qemu-system-x86_64",
            "options": ["-nographic -m 512 -monitor none -no-user-config -cpu qemu64 -net none"],
        }
    }
    kernel = {
        "url": f"file://{files.vmlinux}",
        "image_arg": f'-kernel {{kernel}} -append "{CONSOLE}"',
    }
    ramdisk = {"url": f"file://{files.ramdisk}", "image_arg": "-initrd {ramdisk}"}
    deploy = {"deploy": {"to": "tmpfs", "images": {"kernel": kernel, "ramdisk": ramdisk}}}
    started = lab.boot(docker={"image": qemu, "local": True}, prompts=["root@pumice:~# "])
    timeouts = {"job": {"minutes": 3}, "action": {"minutes": 3}}
    steps = lab.test("lava-test-case kernel --shell uname -a")
    outcome = lab.run(deploy, started, steps, timeouts=timeouts)
    assert outcome.passed, outcome.text
    assert outcome.cases("0_smoke") == {"kernel": "pass"}
