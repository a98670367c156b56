"""A lab whose board loads its files from a real TFTP server, before it starts like any other."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pumice.formats import yaml
from pumice.testing.scripted_lab import Outcome, ScriptedLab

SERVER = "/usr/sbin/in.tftpd"

# What a bootloader does by its commands: it loads all that the server has for the job.
_NETBOOT = """#!/bin/sh
set -e
cd {folder}
for file in $(cd {root} && find . -type f -path "./*{job}/*"); do
    mkdir -p "loaded/$(dirname "$file")"
    busybox tftp -g -r "${{file#./}}" -l "loaded/$file" 127.0.0.1 {port}
done
exec {board} -initrd "$(echo loaded/*/*/ramdisk/*)"
"""
_START_SECONDS = 30


@dataclass
class TftpLab(ScriptedLab):
    """A lab with a TFTP server of its own."""

    port: int = 0
    parameters: dict[str, Any] = field(default_factory=dict[str, Any])
    deploy_parameters: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def tftp(self) -> Path:
        """The server's folder."""
        return self.folder / "tftp"

    @property
    def loaded(self) -> dict[str, Path]:
        """What the board loaded, by the path below the job's folder of the action."""
        (folder,) = self.folder.glob("loaded/*/tftp-deploy-*")
        return {str(p.relative_to(folder)): p for p in folder.rglob("*") if p.is_file()}

    @contextlib.contextmanager
    def serving(self) -> Generator[None, None, None]:
        """Run the server until the block ends. Raises RuntimeError where it does not answer."""
        self.tftp.mkdir(mode=0o755)
        self.dispatcher = yaml.dump({"tftp_directory": str(self.tftp)})
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        options = ["--foreground", "--listen", "--secure", "--user", "root"]
        address = f"127.0.0.1:{self.port}"
        command = [SERVER, *options, "--address", address, str(self.tftp)]
        server = subprocess.Popen(command, start_new_session=True)
        try:
            _wait(server, self.port)
            yield
        finally:
            # Also those of its processes that wait for a board which went away.
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()

    def device(self) -> dict[str, Any]:
        """The configuration: the board loads all that is there, then starts."""
        script = self.folder / "netboot"
        board = shlex.join([sys.executable, "-m", "pumice.testing.board", "--root", str(self.root)])
        script.write_text(
            _NETBOOT.format(
                folder=self.folder, root=self.tftp, job=self.job_id, port=self.port, board=board
            )
        )
        script.chmod(0o755)
        device = super().device()
        device["parameters"] = self.parameters
        device["actions"]["deploy"]["methods"]["tftp"] = None
        device["actions"]["deploy"]["parameters"] = self.deploy_parameters
        device["actions"]["boot"]["methods"]["qemu"] = {
            "parameters": {"command": str(script), "options": []}
        }
        return device

    def file(self, name: str, content: bytes) -> dict[str, Any]:
        """A file that can be downloaded."""
        path = self.folder / "source" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        return {"url": path.as_uri()}

    def deploy(self, **files: Any) -> dict[str, Any]:
        """A deploy action of these files, and of a ramdisk."""
        if "ramdisk" not in files:
            files["ramdisk"] = self.file("ramdisk.cpio", b"")
        return {"deploy": {"to": "tftp", **files}}

    def smoke(self, *steps: str, **files: Any) -> Outcome:
        """Deploy these files, boot, and run one definition with these steps."""
        return self.run(self.deploy(**files), self.boot(), self.test(*steps))


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    """Until it answers that there is no such file."""
    deadline = time.monotonic() + _START_SECONDS
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(0.05)
        while time.monotonic() < deadline and server.poll() is None:
            client.sendto(b"\x00\x01none\x00octet\x00", ("127.0.0.1", port))
            with contextlib.suppress(OSError):
                client.recv(512)
                return
    raise RuntimeError("in.tftpd does not answer")
