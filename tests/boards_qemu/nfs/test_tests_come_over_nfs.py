"""Tests that a board finds in a root that a server keeps, or that it copies from the worker."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

STEPS = ("lava-test-case root --shell grep -q ' / nfs4 ' /proc/mounts",)
PASSED = {"root": "pass"}


def kept_root(lab: Any) -> Path:
    """A root file system in the folder that the server shows."""
    kept = lab.folder / "nfs/jobs/kept"
    kept.mkdir()
    subprocess.run(["tar", "-xf", lab.files.root, "-C", kept], check=True)
    return kept


def deploy(lab: Any, **root: Any) -> dict[str, Any]:
    kernel = {"url": lab.files.kernel.as_uri(), "type": "zimage"}
    ramdisk = {"url": lab.files.ramdisk.as_uri(), "compression": "gz"}
    return lab.deploy(kernel=kernel, ramdisk=ramdisk, **root)


def boot(lab: Any, **changes: Any) -> dict[str, Any]:
    return lab.boot(arguments=f"nfsroot={{NFS_SERVER_IP}}:{{NFSROOTFS}},port={lab.nfs}", **changes)


@pytest.mark.usefixtures("mount")
def test_a_root_that_a_server_keeps_has_the_tests_while_the_job_runs(nfs_uboot: Any) -> None:
    lab = nfs_uboot
    kept = kept_root(lab)
    before = sorted(path.name for path in kept.iterdir())
    mounted = Path("/proc/mounts").read_text()
    address = f"10.0.2.2:{kept}"
    action = deploy(lab, persistent_nfs={"address": address})
    outcome = lab.run(action, boot(lab), lab.test(*STEPS))
    assert outcome.end == {"definition": "lava", "case": "job", "result": "pass"}
    assert outcome.cases("0_smoke") == PASSED
    assert f"putting the overlay into {address}" in outcome.messages("info")
    assert sorted(path.name for path in kept.iterdir()) == before
    assert Path("/proc/mounts").read_text() == mounted
    shutil.rmtree(kept)


def test_a_board_copies_the_overlay_from_what_it_mounts(nfs_uboot: Any) -> None:
    lab = nfs_uboot
    source = {"url": lab.files.root.as_uri(), "compression": "gz", "install_overlay": False}
    ramdisk = {"url": lab.files.ramdisk.as_uri(), "compression": "gz", "install_overlay": False}
    action = deploy(lab, nfsrootfs=source)
    action["deploy"]["ramdisk"] = ramdisk
    transfer = {
        "transfer_method": "nfs",
        "download_command": f"mount -t nfs4 -o addr=10.0.2.2,vers=4.1,port={lab.nfs}",
        "unpack_command": "cp -rf",
    }
    outcome = lab.run(action, boot(lab, transfer_overlay=transfer), lab.test(*STEPS))
    assert outcome.end == {"definition": "lava", "case": "job", "result": "pass"}
    assert outcome.cases("0_smoke") == PASSED
    assert "nothing takes the overlay: the board must fetch it itself" in outcome.text
