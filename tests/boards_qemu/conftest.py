"""Jobs on a real machine that QEMU emulates, with Debian's kernel and a busybox ramdisk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pumice.boards import dictionary, images
from pumice.boards.images import BoardImages
from pumice.devices import library
from pumice.devices.rendering import render
from pumice.dispatcher.main import MARK, Order
from pumice.formats import yaml
from pumice.testing.scripted_lab import ScriptedLab, marked

CONSOLE = "console=ttyS0 mitigations=off cryptomgr.notests no_timer_check"


class QemuLab(ScriptedLab):
    """A lab whose device is the virtual board that Pumice ships."""

    images: BoardImages

    def device(self) -> dict[str, Any]:
        text = render(dictionary.qemu(no_kvm=True), library, context={"arch": "x86_64"})
        return {**yaml.load(text).data, "hostname": "qemu-01"}

    def order(self, *actions: dict[str, Any], **job: Any) -> Order:
        return super().order(*actions, **{"timeouts": {"job": {"minutes": 3}}, **job})

    def deploy(self, **changes: Any) -> dict[str, Any]:
        kernel = {
            "url": f"file://{self.images.vmlinux}",
            "image_arg": f'-kernel {{kernel}} -append "{CONSOLE}"',
        }
        ramdisk = {"url": f"file://{self.images.ramdisk}", "image_arg": "-initrd {ramdisk}"}
        return {
            "deploy": {"to": "tmpfs", "images": {"kernel": kernel, "ramdisk": ramdisk | changes}}
        }

    def boot(self, **changes: Any) -> dict[str, Any]:
        return super().boot(**{"media": "tmpfs", "prompts": ["root@pumice:~# "], **changes})


@pytest.fixture(scope="session")
def board_images() -> BoardImages:
    return images.make(images.default_folder())


@pytest.fixture
def lab(
    tmp_path: Path, board_images: BoardImages, monkeypatch: pytest.MonkeyPatch
) -> Iterator[QemuLab]:
    monkeypatch.delenv(MARK, raising=False)
    lab = QemuLab(tmp_path)
    lab.images = board_images
    yield lab
    os.environ.pop(MARK, None)
    assert not lab.outcome.output.joinpath("files").exists(), "the job's files are left behind"
    assert marked(lab.outcome.output) == [], "processes of the job are left behind"
