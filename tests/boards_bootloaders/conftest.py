"""Jobs on emulated PCs that start with a real bootloader, which loads from QEMU's TFTP server."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pumice.boards import images
from pumice.boards.emulator import GATEWAY
from pumice.boards.images import BoardImages
from pumice.devices import library
from pumice.devices.rendering import render
from pumice.dispatcher.main import MARK, Order
from pumice.formats import yaml
from pumice.testing.scripted_lab import ScriptedLab, marked

PROMPT = "root@pumice:~# "
ARGUMENTS = "mitigations=off cryptomgr.notests no_timer_check"

Dictionary = Callable[..., str]


class BootloaderLab(ScriptedLab):
    """A lab whose device is a virtual board with this dictionary."""

    images: BoardImages
    dictionary: Dictionary

    @property
    def tftp(self) -> Path:
        """The folder that the board loads from."""
        return self.folder / "tftp"

    def device(self) -> dict[str, Any]:
        text = self.dictionary(tftp=self.tftp, switch=self.folder / "switch")
        context = {"extra_kernel_args": ARGUMENTS, "arch": "x86_64"}
        rendered = yaml.load(render(text, library, context=context)).data
        return {**rendered, "hostname": "board-01"}

    def order(self, *actions: dict[str, Any], **job: Any) -> Order:
        self.dispatcher = f"dispatcher_ip: {GATEWAY}\ntftp_directory: {self.tftp}\n"
        return super().order(*actions, **{"timeouts": {"job": {"minutes": 6}}, **job})

    def serve(self) -> None:
        """Put the kernel and the ramdisk where the board finds them."""
        shutil.copy(self.images.vmlinuz, self.tftp / "vmlinuz")
        shutil.copy(self.images.ramdisk, self.tftp / "ramdisk")

    def deploy(self, **changes: Any) -> dict[str, Any]:
        kernel = {"url": f"file://{self.images.vmlinuz}"}
        ramdisk = {"url": f"file://{self.images.ramdisk}", "compression": "gz"}
        return {"deploy": {"to": "tftp", "kernel": kernel, "ramdisk": ramdisk, **changes}}

    def boot(self, method: str = "u-boot", **changes: Any) -> dict[str, Any]:
        login = {"login_prompt": "login:", "username": "root"}
        boot = {"method": method, "commands": "ramdisk", "prompts": [PROMPT], "auto_login": login}
        return {"boot": {**boot, "timeout": {"minutes": 3}, **changes}}


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Iterator[BootloaderLab]:
    monkeypatch.delenv(MARK, raising=False)
    # A short path: that of a socket has 107 characters at most.
    with tempfile.TemporaryDirectory(prefix="pumice-") as folder:
        lab = BootloaderLab(Path(folder))
        lab.images = images.make(images.default_folder())
        lab.tftp.mkdir()
        yield lab
        os.environ.pop(MARK, None)
        assert marked(lab.outcome.output) == [], "processes of the job are left behind"
