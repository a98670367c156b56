"""Boards whose root file system a real NFS server has run the tests that it holds."""

from __future__ import annotations

import shutil
import subprocess
from typing import Any

STEPS = (
    "lava-test-case root --shell grep -q ' / nfs4 ' /proc/mounts",
    "lava-test-case writes --shell touch /written",
    "lava-test-case owner --shell test 0 = $(stat -c %u /init)",
)
PASSED = {"root": "pass", "writes": "pass", "owner": "pass"}


def test_a_bootloader_starts_a_kernel_with_its_root_over_nfs(nfs_uboot: Any) -> None:
    lab = nfs_uboot
    deploy = lab.deploy(
        kernel={"url": lab.files.kernel.as_uri(), "type": "zimage"},
        ramdisk={"url": lab.files.ramdisk.as_uri(), "compression": "gz"},
        nfsrootfs={"url": lab.files.root.as_uri(), "compression": "gz"},
    )
    boot = lab.boot(arguments=f"nfsroot={{NFS_SERVER_IP}}:{{NFSROOTFS}},port={lab.nfs}")
    outcome = lab.run(deploy, boot, lab.test(*STEPS))
    assert outcome.end == {"definition": "lava", "case": "job", "result": "pass"}
    assert outcome.cases("0_smoke") == PASSED


def test_qemu_has_its_root_over_nfs(nfs_qemu: Any) -> None:
    lab = nfs_qemu
    arguments = f"nfsroot={{NFS_SERVER_IP}}:{{NFSROOTFS}},port={lab.nfs}"
    images = {
        "nfsrootfs": {"url": lab.files.root.as_uri(), "compression": "gz"},
        "kernel": {
            "url": lab.files.kernel.as_uri(),
            "image_arg": f'-kernel {{kernel}} -append "console=ttyS0 no_timer_check {arguments}"',
        },
        "ramdisk": {"url": lab.files.ramdisk.as_uri(), "image_arg": "-initrd {ramdisk}"},
    }
    boot = lab.boot(method="qemu-nfs")
    del boot["boot"]["media"]
    outcome = lab.run({"deploy": {"to": "nfs", "images": images}}, boot, lab.test(*STEPS))
    assert outcome.end == {"definition": "lava", "case": "job", "result": "pass"}
    assert outcome.cases("0_smoke") == PASSED


def test_a_root_that_a_server_keeps_is_not_changed(nfs_uboot: Any) -> None:
    lab = nfs_uboot
    kept = lab.folder / "nfs/jobs/kept"
    kept.mkdir()
    subprocess.run(["tar", "-xf", lab.files.root, "-C", kept], check=True)
    before = sorted(path.name for path in kept.iterdir())
    deploy = lab.deploy(
        kernel={"url": lab.files.kernel.as_uri(), "type": "zimage"},
        ramdisk={"url": lab.files.ramdisk.as_uri(), "compression": "gz"},
        persistent_nfs={"address": f"10.0.2.2:{kept}", "install_overlay": False},
    )
    login = {"login_prompt": "login:", "username": "root", "login_commands": ["mount"]}
    boot = lab.boot(
        arguments=f"nfsroot={{NFS_SERVER_IP}}:{{NFSROOTFS}},port={lab.nfs}", auto_login=login
    )
    outcome = lab.run(deploy, boot)
    assert outcome.end == {"definition": "lava", "case": "job", "result": "pass"}
    assert f"10.0.2.2:{kept} on / type nfs4" in outcome.text
    assert sorted(path.name for path in kept.iterdir()) == before
    shutil.rmtree(kept)
