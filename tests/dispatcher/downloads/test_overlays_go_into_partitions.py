"""Overlays over a disk image: into the file system of one of its partitions."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from pumice.testing.scripted_lab import Outcome, ScriptedLab

MIB = 1 << 20
PLACES = {0: 1, 1: 17, 2: 41}
"""Where each partition begins, in MiB; each is a file system with its number in it."""

TABLE = """label: {label}
start=1MiB, size=16MiB
start=17MiB, size=24MiB
start=41MiB, size=16MiB
"""


def run(*command: str | Path, typed: str = "") -> str:
    done = subprocess.run(command, input=typed, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def disk(folder: Path, label: str) -> Path:
    """A disk image with three partitions."""
    image = folder / "disk.img"
    with image.open("wb") as file:
        file.truncate(64 * MIB)
    run("sfdisk", "--quiet", image, typed=TABLE.format(label=label))
    for number, start in PLACES.items():
        root = folder / f"root-{number}"
        root.mkdir()
        root.joinpath("number").write_text(str(number))
        offset = f"offset={start * MIB}"
        run("mke2fs", "-q", "-F", "-t", "ext4", "-d", root, "-E", offset, image, "12M")
    return image


def deployed(lab: ScriptedLab, image: Path, **keys: Any) -> tuple[Outcome, Path]:
    """Run a job that puts an overlay over the image; a copy of what came out."""
    kept = lab.folder / "kept"
    deploy = lab.deploy()
    motd = lab.folder / "motd"
    motd.write_text("new")
    overlays = {"motd": {"url": motd.as_uri(), "format": "file", "path": "/etc/motd"}}
    deploy["deploy"]["images"]["disk"] = {
        "url": image.as_uri(),
        "format": "ext4",
        "overlays": overlays,
        **keys,
    }
    found = f"{lab.outcome.output}/files/download-1.4.1/{image.name}"
    login = {
        "login_prompt": "login:",
        "username": "root",
        "login_commands": [f"cp {found} {kept}"],
    }
    return lab.run(deploy, lab.boot(auto_login=login), lab.test("true")), kept


def found(image: Path, number: int, command: str) -> str:
    """What debugfs says of a partition."""
    return run("debugfs", "-R", command, f"{image}?offset={PLACES[number] * MIB}")


@pytest.mark.parametrize("label", ["gpt", "dos"])
@pytest.mark.parametrize("backend", ["auto", "guestfs"])
def test_the_partition_that_the_job_names_takes_them(
    lab: ScriptedLab, label: str, backend: str
) -> None:
    image = disk(lab.folder, label)
    outcome, kept = deployed(lab, image, partition=1, overlay_backend=backend)
    assert outcome.passed, outcome.end
    assert found(kept, 1, "cat /etc/motd") == "new"
    assert found(kept, 1, "cat /number") == "1"
    run("e2fsck", "-f", "-n", f"{kept}?offset={PLACES[1] * MIB}")
    before, after = image.read_bytes(), kept.read_bytes()
    assert len(after) == len(before)
    end = PLACES[2] * MIB
    assert before[: PLACES[1] * MIB] == after[: PLACES[1] * MIB]
    assert before[end:] == after[end:]


def test_a_sparse_disk_is_a_sparse_disk_again(lab: ScriptedLab) -> None:
    image = disk(lab.folder, "gpt")
    run("img2simg", image, lab.folder / "sparse.img")
    outcome, kept = deployed(lab, lab.folder / "sparse.img", partition=2, sparse=True)
    assert outcome.passed, outcome.end
    run("simg2img", kept, lab.folder / "raw")
    assert found(lab.folder / "raw", 2, "cat /etc/motd") == "new"


def test_a_partition_that_is_not_there_fails_the_job(lab: ScriptedLab) -> None:
    outcome, _ = deployed(lab, disk(lab.folder, "gpt"), partition=3)
    assert outcome.end["error_type"] == "Job"
    assert "disk.img has no partition 3: it has 3, counted from 0" in outcome.end["error_msg"]


def test_an_image_without_partitions_fails_the_job(lab: ScriptedLab) -> None:
    image = lab.folder / "disk.img"
    image.write_bytes(bytes(MIB))
    outcome, _ = deployed(lab, image, partition=0)
    assert outcome.end["error_type"] == "Job"
    assert "disk.img has no table of partitions" in outcome.end["error_msg"]


def test_another_file_system_fails_the_job_whatever_the_backend(lab: ScriptedLab) -> None:
    image = disk(lab.folder, "dos")
    with image.open("r+b") as file:
        file.seek(PLACES[1] * MIB)
        file.write(bytes(4096))
    outcome, _ = deployed(lab, image, partition=1, overlay_backend="guestfs")
    assert outcome.end["error_type"] == "Job"
    assert outcome.end["error_msg"].startswith(
        "partition 1 of disk.img is not a file system that overlays can be put into: ext2, ext3 "
        "or ext4"
    )


def test_only_file_systems_have_partitions(lab: ScriptedLab) -> None:
    outcome, _ = deployed(lab, disk(lab.folder, "dos"), partition=1, format="tar")
    assert outcome.end["error_type"] == "Job"
    assert "only an image with 'format: ext4' has partitions" in outcome.end["error_msg"]
