"""The overlay: what lies where, on a disk and in an archive."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from pumice.dispatcher.overlay.cpio import Archive
from pumice.dispatcher.overlay.tree import Tree
from pumice.testing.scripted_lab import ScriptedLab

HELPERS = {
    "lava-add-keys",
    "lava-add-sources",
    "lava-background-process-start",
    "lava-background-process-stop",
    "lava-device",
    "lava-echo-ipv4",
    "lava-install-packages",
    "lava-installed-packages",
    "lava-os-build",
    "lava-probe-channel",
    "lava-probe-ip",
    "lava-retry",
    "lava-signals",
    "lava-target-ip",
    "lava-target-mac",
    "lava-target-storage",
    "lava-test-case",
    "lava-test-event",
    "lava-test-feedback",
    "lava-test-raise",
    "lava-test-reference",
    "lava-test-runner",
    "lava-test-set",
    "lava-test-shell",
}


def test_the_layout_is_lavas(lab: ScriptedLab) -> None:
    lab.smoke("true", environment={"GREETING": "hello you"})
    root = lab.root / "lava-1"
    assert {path.name for path in root.joinpath("bin").iterdir()} == HELPERS
    assert root.joinpath("tests").is_dir()
    assert root.joinpath("results").is_dir()
    environment = root.joinpath("environment").read_text().splitlines()
    assert environment[0] == "export GREETING='hello you'"
    assert "export LAVA_JOB_ID=1" in environment
    assert not root.joinpath("secrets").exists()
    test = root / "0/tests/0_smoke"
    assert test.joinpath("uuid").read_text() == "1_1.1.2.1\n"
    assert (
        test.joinpath("testdef.yaml").read_text() == test.joinpath("inline/smoke.yaml").read_text()
    )
    assert os.access(test / "run.sh", os.X_OK)
    (conf,) = root.joinpath("0").glob("lava-test-runner.conf-*")
    assert conf.read_text() == f"{test}\n"


def test_the_boards_shell_runs_the_helpers(lab: ScriptedLab) -> None:
    lab.constants = {
        "posix": {
            "lava_test_results_dir": f"{lab.root}/lava-%s",
            "lava_test_sh_cmd": "/bin/bash",
        }
    }
    outcome = lab.smoke("lava-test-case bash --shell test -n '\"$BASH_VERSION\"'")
    assert outcome.passed
    assert lab.root.joinpath("lava-1/bin/lava-test-case").read_text().startswith("#!/bin/bash\n")
    assert "export SHELL=/bin/bash" in outcome.messages("input")
    assert outcome.cases("0_smoke") == {"bash": "pass"}


def test_a_step_keeps_the_numbered_variables_of_the_command_that_it_starts(
    lab: ScriptedLab,
) -> None:
    outcome = lab.smoke("lava-test-case kept --shell sh -c \"'test $1 = b'\" a b")
    assert (
        "sh -c \"'test \\$1 = b'\" a b"
        in lab.root.joinpath("lava-1/0/tests/0_smoke/run.sh").read_text()
    )
    assert outcome.cases("0_smoke") == {"kept": "pass"}


def test_a_path_that_leads_out_of_the_overlay_fails_the_job(lab: ScriptedLab) -> None:
    definition = lab.definition("true", path="../../../etc/passwd")
    outcome = lab.run(lab.deploy(), lab.boot(), {"test": {"definitions": [definition]}})
    assert outcome.end["error_type"] == "Job"
    assert "leads out of its folder" in outcome.end["error_msg"]


def test_a_guest_without_an_overlay_in_its_images_gets_a_drive(lab: ScriptedLab) -> None:
    deploy = lab.deploy(overlays={}, format=None)
    image = deploy["deploy"]["images"]["ramdisk"]
    del image["format"], image["overlays"]
    kept = lab.folder / "kept.img"
    drive = f"{lab.outcome.output}/files/guest-1.4/lava-guest.img"
    login = {"login_prompt": "login:", "username": "root", "login_commands": [f"cp {drive} {kept}"]}
    outcome = lab.run(deploy, lab.boot(auto_login=login), lab.test("true"))
    extra = outcome.result("lava", "apply-overlay-guest")["extra"]
    (command,) = [m for m in outcome.messages("info") if m.startswith("Boot command")]
    assert f"-drive format=raw,file={drive},media=disk,if=ide,id=lavatest" in command
    assert [m for m in outcome.messages("input") if f"mount /dev/disk/by-uuid/{extra['uuid']}" in m]
    assert_is_overlay(kept, extra["uuid"], 64 << 20)


def assert_is_overlay(image: Path, uuid: str, size: int) -> None:
    """A disk image of this size that takes little space, with the overlay and its label."""
    assert image.stat().st_size == size
    assert image.stat().st_blocks * 512 < 8 << 20
    about = debugfs(image, "stats -h")
    assert "Filesystem volume name:   LAVA" in about
    assert f"Filesystem UUID:          {uuid}" in about
    assert set(debugfs(image, "ls -p /bin").replace("/", " ").split()) >= HELPERS
    assert "Mode:  0755" in debugfs(image, "stat /bin/lava-test-case")


def debugfs(image: Path, command: str) -> str:
    done = subprocess.run(
        ["debugfs", "-R", command, str(image)], capture_output=True, check=True, text=True
    )
    return done.stdout


def test_an_archive_is_what_cpio_unpacks(tmp_path: Path) -> None:
    path = tmp_path / "archive"
    with path.open("wb") as file:
        archive = Archive(file)
        archive.file("/deep/er/file", b"content", 0o755)
        archive.link("deep/link", "er/file")
        archive.directory("deep", 0o700)
        archive.end()
    subprocess.run(
        ["busybox", "cpio", "-i", "-F", str(path)], cwd=tmp_path, check=True, capture_output=True
    )
    file = tmp_path / "deep/er/file"
    assert file.read_bytes() == b"content"
    assert stat.S_IMODE(file.stat().st_mode) == 0o755
    assert tmp_path.joinpath("deep/link").readlink() == Path("er/file")


def test_overlays_of_files_and_tar_archives_are_appended(lab: ScriptedLab) -> None:
    inner = lab.folder / "inner"
    inner.mkdir()
    inner.joinpath("one").write_text("in the archive")
    subprocess.run(["tar", "-C", inner, "-czf", lab.folder / "x.tar.gz", "."], check=True)
    lab.folder.joinpath("plain").write_text("a file")
    deploy = lab.deploy()
    deploy["deploy"]["images"]["ramdisk"]["overlays"] |= {
        "archive": {
            "url": f"file://{lab.folder}/x.tar.gz",
            "compression": "gz",
            "format": "tar",
            "path": "/put/here",
        },
        "single": {"url": f"file://{lab.folder}/plain", "format": "file", "path": "/etc/plain"},
    }
    outcome = lab.run(deploy, lab.boot(), lab.test("true"))
    assert outcome.passed
    assert lab.root.joinpath("put/here/one").read_text() == "in the archive"
    assert lab.root.joinpath("etc/plain").read_text() == "a file"


@pytest.mark.parametrize("path", ["../out", "/absolute", "a/../../out"])
def test_a_tree_takes_nothing_outside_its_root(path: str) -> None:
    with pytest.raises(ValueError, match="does not lie below"):
        Tree("/lava-1").file(path, "")


def test_a_folder_is_put_into_the_tree_as_it_is(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.joinpath("deep").mkdir(parents=True)
    source.joinpath("deep/run").write_text("runs")
    source.joinpath("deep/run").chmod(0o700)
    source.joinpath("away").symlink_to("/etc/passwd")
    os.mkfifo(source / "pipe")
    tree = Tree("/lava-1")
    tree.folder("0/tests/0_a", source)
    tree.write(tmp_path / "written")
    written = tmp_path / "written/0/tests/0_a"
    assert sorted(path.name for path in written.iterdir()) == ["away", "deep"]
    assert written.joinpath("away").readlink() == Path("/etc/passwd")
    assert written.joinpath("deep/run").read_text() == "runs"
    assert stat.S_IMODE(written.joinpath("deep/run").stat().st_mode) == 0o755


def test_a_tree_puts_nothing_below_a_link(tmp_path: Path) -> None:
    tree = Tree("/lava-1")
    tree.link("away", "/etc")
    with pytest.raises(ValueError, match="no directory"):
        tree.file("away/passwd", "")


def test_a_file_takes_the_place_of_a_directory(tmp_path: Path) -> None:
    tree = Tree("/lava-1")
    tree.file("uuid/inside", "")
    tree.file("uuid", "1_1")
    assert [path for path, _ in tree] == ["uuid"]
