"""Boards load what a job deploys from the host's TFTP server."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from pumice.formats import yaml


def test_a_board_that_loads_its_ramdisk_runs_the_tests(tftp: Any) -> None:
    outcome = tftp.smoke(
        "lava-test-case loaded --result pass",
        kernel=tftp.file("vmlinuz", b"a kernel"),
        dtb=tftp.file("board.dtb", b"a tree"),
        tee=tftp.file("tee.bin", b"a tee"),
        dtbo=[tftp.file("a.dtbo", b"a part"), tftp.file("b.dtbo", b"another")],
        extra_files={
            "kernel": tftp.file("start.elf", b"firmware"),
            "settings": tftp.file("config.txt", b"settings"),
        },
    )
    assert outcome.end["result"] == "pass"
    assert outcome.cases("0_smoke") == {"loaded": "pass"}
    loaded = {name: path.read_bytes() for name, path in tftp.loaded.items()}
    assert loaded.pop("ramdisk/ramdisk.cpio").startswith(b"070701")
    assert loaded == {
        "kernel/vmlinuz": b"a kernel",
        "dtb/board.dtb": b"a tree",
        "tee/tee.bin": b"a tee",
        "dtbo0/a.dtbo": b"a part",
        "dtbo1/b.dtbo": b"another",
        "extra_files/start.elf": b"firmware",
        "extra_files/config.txt": b"settings",
    }


def test_files_lie_below_the_jobs_folder_with_the_labs_prefix(tftp: Any) -> None:
    tftp.dispatcher += yaml.dump(
        {"prefix": "lab-", "dispatcher_download_dir": str(tftp.folder / "jobs")}
    )
    tftp.smoke("true")
    (folder,) = tftp.folder.glob("loaded/*")
    assert folder.name == "lab-1"


def test_a_folder_that_is_missing_is_the_labs_mistake(tftp: Any) -> None:
    tftp.dispatcher = yaml.dump({"tftp_directory": "/no/such/folder"})
    outcome = tftp.smoke("true")
    assert outcome.end["error_type"] == "Configuration"
    assert "/no/such/folder" in outcome.end["error_msg"]


def test_a_file_that_is_too_large_fails_the_job(tftp: Any) -> None:
    tftp.dispatcher += yaml.dump({"tftp_size_limit": 1000})
    outcome = tftp.smoke("true", kernel=tftp.file("vmlinuz", b"k" * 1001))
    assert outcome.end["error_type"] == "Job"
    assert "vmlinuz has 1001 bytes" in outcome.end["error_msg"]


def test_two_files_of_the_same_name_are_refused(tftp: Any) -> None:
    one = tftp.file("same", b"1")
    outcome = tftp.smoke("true", extra_files={"one": one, "two": one})
    assert outcome.end["error_msg"] == "two files of the action have the name same"


def test_the_device_tree_goes_behind_the_kernel_where_the_device_wants_it(tftp: Any) -> None:
    tftp.deploy_parameters = {"append_dtb": True}
    tftp.smoke("true", kernel=tftp.file("vmlinuz", b"kernel"), dtb=tftp.file("a.dtb", b"tree"))
    assert tftp.loaded["kernel/vmlinuz-dtb"].read_bytes() == b"kerneltree"
    assert tftp.loaded["dtb/a.dtb"].read_bytes() == b"tree"


def test_a_kernel_becomes_ubootss_where_the_device_starts_no_other(tftp: Any) -> None:
    tftp.deploy_parameters = {"mkimage_arch": "arm"}
    tftp.parameters = {"bootm": {"kernel": "0x80008000", "ramdisk": "0x81000000"}}
    kernel = {**tftp.file("zImage", b"k" * 500), "type": "zimage"}
    tftp.smoke("true", kernel=kernel)
    said = described(tftp.loaded["kernel/uImage"])
    assert "ARM Linux Kernel Image (uncompressed)" in said
    assert "Load Address: 80008000" in said


def described(image: Path) -> str:
    command = ["mkimage", "-l", str(image)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
