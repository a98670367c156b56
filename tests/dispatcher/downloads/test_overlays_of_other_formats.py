"""Overlays over tar archives and over ext4 images, sparse or not."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest

from pumice.testing.scripted_lab import Outcome, ScriptedLab


def run(*command: str | Path) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small root file system, with a link where many have one."""
    root = tmp_path / "root"
    for folder in ("usr/lib", "etc"):
        root.joinpath(folder).mkdir(parents=True)
    root.joinpath("lib").symlink_to("usr/lib")
    root.joinpath("etc/motd").write_text("old")
    return root


@pytest.fixture
def overlays(tmp_path: Path) -> dict[str, Any]:
    """The job's own overlay, an archive, and a file."""
    put = tmp_path / "put"
    put.joinpath("lib/modules").mkdir(parents=True)
    put.joinpath("lib/modules/a module.ko").write_bytes(b"module" * 1000)
    put.joinpath("lib/modules/a module.ko").chmod(0o640)
    put.joinpath("lib/latest").symlink_to("modules/a module.ko")
    run("tar", "-C", put, "-cf", tmp_path / "put.tar", ".")
    tmp_path.joinpath("motd").write_text("new")
    return {
        "lava": True,
        "modules": {"url": f"file://{tmp_path}/put.tar", "format": "tar", "path": "/"},
        "motd": {"url": f"file://{tmp_path}/motd", "format": "file", "path": "/etc/motd"},
    }


def deployed(
    lab: ScriptedLab,
    file: Path,
    form: str,
    overlays: dict[str, Any],
    attempts: int = 1,
    **keys: Any,
) -> tuple[Outcome, Path]:
    """Run a job that puts overlays over a file; a test copies what came out."""
    kept = lab.folder / "kept"
    deploy = lab.deploy()
    deploy["deploy"]["failure_retry"] = attempts
    disk = {"url": f"file://{file}", "format": form, "overlays": overlays, **keys}
    deploy["deploy"]["images"]["disk"] = disk
    found = f"{lab.outcome.output}/files/download-1.4.1/{file.name.removesuffix('.gz')}"
    login = {
        "login_prompt": "login:",
        "username": "root",
        "login_commands": [f"cp {found} {kept}"],
    }
    return lab.run(deploy, lab.boot(auto_login=login), lab.test("true")), kept


def helper(lab: ScriptedLab) -> str:
    """Where a part of the job's own overlay is put."""
    return f"{lab.root}/lava-1/bin/lava-test-case"


def assert_overlaid(root: Path, helper: str) -> None:
    """What was put is there, through the link, and what was there still is."""
    assert root.joinpath("lib").readlink() == Path("usr/lib")
    module = root / "usr/lib/modules/a module.ko"
    assert module.read_bytes() == b"module" * 1000
    assert module.stat().st_mode & 0o7777 == 0o640
    assert root.joinpath("usr/lib/latest").readlink() == Path("modules/a module.ko")
    assert root.joinpath("etc/motd").read_text() == "new"
    assert root.joinpath(helper.lstrip("/")).stat().st_mode & 0o7777 == 0o755


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("start", [".", "etc"])
def test_a_tar_archive_takes_overlays(
    lab: ScriptedLab, root: Path, overlays: dict[str, Any], packed: bool, start: str
) -> None:
    names = ["."] if start == "." else ["etc", "lib", "usr"]
    file = lab.folder / ("rootfs.tar.gz" if packed else "rootfs.tar")
    run("tar", "-C", root, "-czf" if packed else "-cf", file, *names)
    keys = {"compression": "gz"} if packed else {}
    outcome, kept = deployed(lab, file, "tar", overlays, **keys)
    assert outcome.passed, outcome.end
    out = lab.folder / "out"
    out.mkdir()
    run("tar", "-C", out, "-xpf", kept)
    assert_overlaid(out, helper(lab))
    with tarfile.open(kept) as archive:
        owners = {(m.uid, m.gid) for m in archive if "lava-1" in m.name}
    assert owners == {(0, 0)}


def image_of(root: Path, file: Path, size: str = "24M") -> Path:
    run("mke2fs", "-q", "-F", "-t", "ext4", "-d", root, file, size)
    return file


def unpacked(image: Path, out: Path) -> Path:
    """The files of an image, which must be sound."""
    run("e2fsck", "-f", "-n", image)
    out.mkdir()
    run("debugfs", "-R", f"rdump / {out}", image)
    return out


@pytest.mark.parametrize("sparse", [False, True])
def test_an_ext4_image_takes_overlays(
    lab: ScriptedLab, root: Path, overlays: dict[str, Any], sparse: bool
) -> None:
    file = image_of(root, lab.folder / "rootfs.img")
    if sparse:
        run("img2simg", file, lab.folder / "sparse")
        shutil.move(lab.folder / "sparse", file)
    outcome, kept = deployed(lab, file, "ext4", overlays, sparse=sparse)
    assert outcome.passed, outcome.end
    if sparse:
        run("simg2img", kept, lab.folder / "raw")
        kept = lab.folder / "raw"
    assert_overlaid(unpacked(kept, lab.folder / "out"), helper(lab))
    about = run("debugfs", "-R", f"stat {helper(lab)}", kept)
    assert "User:     0   Group:     0" in about


@pytest.mark.parametrize("form", ["ext4", "tar"])
def test_a_file_of_another_format_fails_the_job(
    lab: ScriptedLab, overlays: dict[str, Any], form: str
) -> None:
    lab.folder.joinpath("rootfs").write_bytes(b"nothing of the kind" * 1000)
    outcome, _ = deployed(lab, lab.folder / "rootfs", form, overlays)
    assert outcome.end["error_type"] == "Job"
    assert "rootfs is not a " in outcome.end["error_msg"]


def test_an_image_without_room_fails_the_job(lab: ScriptedLab, root: Path, tmp_path: Path) -> None:
    tmp_path.joinpath("big").write_bytes(bytes(range(256)) * 8000)
    file = image_of(root, lab.folder / "rootfs.img", "1M")
    big = {"url": f"file://{tmp_path}/big", "format": "file", "path": "/etc/big"}
    outcome, _ = deployed(lab, file, "ext4", {"big": big}, attempts=2)
    assert outcome.end["error_type"] == "Job"
    failed = [m for m in outcome.messages("error") if "Could not allocate block" in m]
    assert [m.partition(" attempts")[0][-6:] for m in failed[:2]] == ["1 of 2", "2 of 2"]
    assert "Could not allocate block" in outcome.end["error_msg"]


@pytest.mark.parametrize("path", ["/etc/motd/file", "/etc"])
def test_a_file_and_a_folder_do_not_replace_each_other(
    lab: ScriptedLab, root: Path, tmp_path: Path, path: str
) -> None:
    file = image_of(root, lab.folder / "rootfs.img")
    small = {"url": f"file://{tmp_path}/root/etc/motd", "format": "file", "path": path}
    outcome, _ = deployed(lab, file, "ext4", {"small": small})
    assert outcome.end["error_type"] == "Job"
    assert "cannot be written into rootfs.img" in outcome.end["error_msg"]


def test_overlays_need_a_format(lab: ScriptedLab) -> None:
    deploy = lab.deploy()
    del deploy["deploy"]["images"]["ramdisk"]["format"]
    outcome = lab.run(deploy)
    assert outcome.end["error_type"] == "Job"
    assert "overlays need the file's 'format': cpio.newc, ext4, tar" in outcome.end["error_msg"]
