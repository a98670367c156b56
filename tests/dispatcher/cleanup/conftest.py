"""One job for each method that runs, ended in one way or another, and what is there before."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pumice.dispatcher.main import MARK
from pumice.testing import board, ssh_host
from pumice.testing.container_lab import ContainerLab, Engine
from pumice.testing.fastboot_lab import FastbootLab
from pumice.testing.leftovers import Host, Look
from pumice.testing.scripted_lab import ScriptedLab
from pumice.testing.ssh_lab import SshLab
from pumice.testing.tftp_lab import TftpLab

SECONDS = 30.0
SEEN = "seen-42"

Actions = Callable[..., list[dict[str, Any]]]


@dataclass
class Case:
    """A lab, the actions of a job for it by the steps of its test, and the host as it was."""

    lab: ScriptedLab
    actions: Actions
    host: Host
    before: Look
    switched: Path

    def start(self, *steps: str) -> subprocess.Popen[bytes]:
        """Start a job whose test does this once it has begun."""
        return self.lab.start(
            *self.actions("echo seen-$((40 + 2))", *steps), timeouts={"job": {"minutes": 10}}
        )

    def wait_for(self, text: str = SEEN) -> None:
        """Until the log holds it."""
        log = self.lab.outcome.output / "logs.yaml"
        limit = time.monotonic() + SECONDS
        while not log.exists() or text not in log.read_text():
            assert time.monotonic() < limit, log.read_text()
            time.sleep(0.05)

    def left(self) -> dict[str, list[str]]:
        """What is new on the host."""
        return self.host.look().since(self.before)

    def left_at_last(self) -> dict[str, list[str]]:
        """The same; what was killed is given the time that its end takes."""
        limit = time.monotonic() + SECONDS
        while (left := self.left()) and time.monotonic() < limit:
            time.sleep(0.05)
        return left


def _root() -> bytes:
    """The archive of a root file system."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        tar.addfile(tarfile.TarInfo("etc/hostname"))
    return out.getvalue()


def _boots(lab: ScriptedLab) -> Actions:
    return lambda *steps: [lab.deploy(), lab.boot(), lab.test(*steps)]


def _switched(lab: ScriptedLab) -> Actions:
    """A board that is connected to by command, and switched on and off."""
    lab.boot_methods["minimal"] = None
    lab.commands["connect"] = lab.connect()
    lab.commands["hard_reset"] = "true"
    login = {"login_prompt": "login:", "username": "root"}
    deploy = lab.deploy()
    for key in ("format", "overlays"):
        del deploy["deploy"]["images"]["ramdisk"][key]
    boot = {
        "method": "minimal",
        "auto_login": login,
        "prompts": [board.PROMPT],
        "transfer_overlay": {
            "download_command": f"cd {lab.root}; busybox wget",
            "unpack_command": "tar -C / -xzf",
        },
    }
    return lambda *steps: [deploy, {"boot": boot}, lab.test(*steps)]


def _container(lab: ContainerLab) -> Actions:
    return lambda *steps: [lab.image(), lab.start_container(), lab.test(*steps)]


def _container_test(lab: ContainerLab) -> Actions:
    return lambda *steps: [lab.inside(*steps)]


def _postprocess(lab: ContainerLab) -> Actions:
    source = lab.folder / "source.txt"
    source.write_text("downloaded\n")

    def actions(*steps: str) -> list[dict[str, Any]]:
        steps = tuple("false" if "raise" in step else step for step in steps)
        docker = {"image": "pumice.test/busybox:1", "local": True, "steps": list(steps)}
        images = {"text": {"url": f"file://{source}"}}
        keys = {"to": "downloads", "images": images, "postprocess": {"docker": docker}}
        return [{"deploy": keys}]

    return actions


def _nfs(lab: TftpLab) -> Actions:
    root = lab.file("root.tar", _root())
    # The board sees the root that is served to it.
    served = lab.folder / "downloads/1/extract-nfsrootfs-1.4.1" / lab.root.relative_to("/")
    lab.root.mkdir()
    lab.root.joinpath("lava-1").symlink_to(served / "lava-1")
    return lambda *steps: [lab.deploy(nfsrootfs=root), lab.boot(), lab.test(*steps)]


def _fastboot(lab: FastbootLab) -> Actions:
    lab.sequence = ["reboot"]
    image = lab.file_system(sparse=True)
    return lambda *steps: [lab.flash(image), lab.start_up(), lab.test(*steps)]


METHODS: dict[str, tuple[str, Callable[[Any], Actions]]] = {
    "qemu": ("scripted", _boots),
    "connected": ("scripted", _switched),
    "ssh": ("ssh", _boots),
    "fastboot": ("fastboot", _fastboot),
    "docker": ("container", _container),
    "docker-test": ("container", _container_test),
    "postprocess": ("container", _postprocess),
    "tftp": ("tftp", _boots),
    "nfs": ("tftp", _nfs),
}
"""Each method that has something to leave: the lab for it, and how its actions are made."""


@contextlib.contextmanager
def _lab(kind: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[ScriptedLab]:
    with contextlib.ExitStack() as running:
        match kind:
            case "container":
                request.getfixturevalue("engine")
                yield ContainerLab(folder)
            case "fastboot":
                lab = FastbootLab(folder)
                running.enter_context(lab.switched_on())
                yield lab
            case "tftp":
                tftp = TftpLab(folder)
                running.enter_context(tftp.serving())
                yield tftp
            case "ssh":
                host = running.enter_context(ssh_host.running(folder / "host"))
                yield SshLab(folder, host=host)
            case _:
                yield ScriptedLab(folder)


@pytest.fixture(params=list(METHODS))
def case(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: Engine
) -> Iterator[Case]:
    """A job of each method; its temporary files and downloads have folders of their own."""
    kind, make = METHODS[request.param]
    for name in (MARK, "LAVA_JOB_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", f"{engine.folder}/bin:{os.environ['PATH']}")
    places = [tmp_path / name for name in ("tmp", "downloads", "cache")]
    for place in places:
        place.mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    switched = tmp_path / "switched"
    with _lab(kind, tmp_path, request) as lab:
        off = f"sh -c 'echo off >> {switched}'"
        lab.commands["power_off"] = off
        if isinstance(lab, SshLab):
            lab.variables["power_off_command"] = off
        lab.dispatcher += (
            f"dispatcher_ip: 127.0.0.1\ndispatcher_download_dir: {places[1]}\n"
            f"download_cache_directory: {places[2]}\n"
        )
        actions = make(lab)
        output = lab.outcome.output
        places.append(tmp_path / "tftp")
        host = Host(output, tuple(places), stores=(engine.folder,), containers=engine.containers)
        yield Case(lab, actions, host, host.look(), switched)
