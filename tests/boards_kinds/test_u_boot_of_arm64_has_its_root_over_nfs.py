"""The images of a board that loads over TFTP, with its root over NFS by its type's commands."""

from __future__ import annotations

import pytest

from pumice.boards import architectures, images
from pumice.testing import nfs_server

from .conftest import KindLab

STEPS = (
    "lava-test-case root --shell grep -q ' / nfs4 ' /proc/mounts",
    "lava-test-case writes --shell touch /written",
)


@pytest.mark.parametrize("lab", ["uboot-arm64"], indirect=True)
def test_the_boards_root_is_what_the_job_brings(lab: KindLab) -> None:
    made = images.make(lab.record.images / "arm64", architectures.ARM64)
    job = lab.example()
    deploy, boot, _ = job.pop("actions")
    deploy["deploy"] |= {
        "ramdisk": {"url": made.nfs_ramdisk.as_uri(), "compression": "gz"},
        "nfsrootfs": {"url": made.root.as_uri(), "compression": "gz"},
    }
    boot["boot"]["commands"] = "nfs"
    folder = lab.folder / "nfs"
    with nfs_server.running(folder) as port:
        lab.dispatcher = f"dispatcher_download_dir: {folder}/jobs\n"
        job["context"]["extra_nfsroot_args"] = f",port={port}"
        outcome = lab.run(deploy, boot, lab.test(*STEPS), **job)
    assert outcome.passed, outcome.end
    assert outcome.cases("0_smoke") == {"root": "pass", "writes": "pass"}
    assert list((folder / "jobs").iterdir()) == []
