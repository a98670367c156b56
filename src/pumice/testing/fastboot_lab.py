"""A board in fastboot with a scripted console, and jobs for it, run by the real dispatcher."""

from __future__ import annotations

import contextlib
import shlex
import subprocess
import sys
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pumice.testing import board
from pumice.testing.scripted_lab import ScriptedLab

_START_SECONDS = 30


@dataclass
class FastbootLab(ScriptedLab):
    """A device of fastboot; ``settings`` are further keys of its configuration.

    The console is silent until the board leaves fastboot; ``hard_reset`` brings it back. The
    board's file system holds what the tests' folder has in the partition ``rootfs``.
    """

    sequence: list[str] = field(default_factory=list[str])
    settings: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def device_folder(self) -> Path:
        """What :mod:`pumice.boards.fastboot_device` shows of itself."""
        return self.folder / "device"

    @property
    def mode(self) -> Path:
        """The file that is there while the board is in fastboot."""
        return self.device_folder / "fastboot"

    @property
    def asked(self) -> list[str]:
        """What fastboot asked of the board, without the variables."""
        lines = (self.device_folder / "asked").read_text().splitlines()
        return [line for line in lines if not line.startswith(("getvar:", "download:"))]

    def written(self, partition: str) -> bytes:
        """What a partition holds."""
        return (self.device_folder / "partitions" / partition).read_bytes()

    @contextlib.contextmanager
    def switched_on(self, *options: str) -> Generator[None, None, None]:
        """Have the board on, in fastboot, until the block ends; ``options`` are its faults."""
        self.device_folder.mkdir()
        self.mode.touch()
        module = "pumice.boards.fastboot_device"
        command = [sys.executable, "-m", module, str(self.device_folder), *options]
        process = subprocess.Popen(command)
        try:
            port = self.device_folder / "port"
            until = time.monotonic() + _START_SECONDS
            while not port.exists():
                if time.monotonic() > until or process.poll() is not None:
                    raise RuntimeError("the emulated device does not start")
                time.sleep(0.02)
            serial = f"tcp:127.0.0.1:{port.read_text()}"
            self.settings = {"fastboot_serial_number": serial, **self.settings}
            yield
        finally:
            process.terminate()
            process.wait()

    def device(self) -> dict[str, Any]:
        """The configuration, with a console and a power switch."""
        self.root.mkdir(exist_ok=True)
        tests, image = f"{self.root}/lava-{self.job_id}", f"{self.device_folder}/partitions/rootfs"
        raw = f"{self.folder}/rootfs.raw"
        script = f"""
while test -e {self.mode}; do sleep 0.05; done
if test -e {image}; then
    simg2img {image} {raw} 2> /dev/null || cp {image} {raw}
    debugfs -R 'rdump {tests} {self.root}' {raw} > /dev/null 2>&1
fi
exec {self.connect()}
"""
        self.commands = {
            "connect": shlex.join(["sh", "-c", script]),
            "hard_reset": f"touch {self.mode}",
            **self.commands,
        }
        device = super().device()
        device["actions"]["deploy"]["methods"]["fastboot"] = None
        device["actions"]["boot"]["methods"]["fastboot"] = self.sequence or None
        return device | self.settings

    def images(self, *names: str, **changes: Any) -> dict[str, Any]:
        """An image for each name; ``changes`` are keys of all."""
        for name in names:
            (self.folder / f"{name}.img").write_bytes(name.encode() * 1000)
        return {name: {"url": f"file://{self.folder}/{name}.img", **changes} for name in names}

    def file_system(self, *, sparse: bool, **changes: Any) -> dict[str, Any]:
        """An empty file system as the image ``rootfs``, which takes the tests."""
        path = self.folder / "rootfs.img"
        subprocess.run(["mke2fs", "-q", "-t", "ext4", str(path), "16M"], check=True)
        if sparse:
            plain = path.rename(path.with_suffix(".raw"))
            subprocess.run(["img2simg", str(plain), str(path)], check=True)
        image = {"url": f"file://{path}", "apply-overlay": True, "sparse": sparse, **changes}
        return {"rootfs": image}

    def flash(self, images: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """A deploy action."""
        return {"deploy": {"to": "fastboot", "images": images, **changes}}

    def start_up(self, **changes: Any) -> dict[str, Any]:
        """A boot action."""
        login = {"login_prompt": "login:", "username": "root"}
        keys = {"auto_login": login, "prompts": [board.PROMPT], **changes}
        return {"boot": {"method": "fastboot", **keys}}
