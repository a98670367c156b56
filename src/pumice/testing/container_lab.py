"""A docker for tests, and devices for it: podman under docker's name, with a storage of its own.

Its two images are made of this host's files, so that no registry is needed: one has busybox,
the other bash too.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pumice.testing.scripted_lab import ScriptedLab

BUSYBOX = "pumice.test/busybox:1"
BASH = "pumice.test/bash:1"
PROMPT = "/ # "

_CONF = """\
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
netns = "host"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""


@dataclass(frozen=True)
class Engine:
    """Where the tests' docker is, and what it holds."""

    folder: Path

    def call(self, *arguments: str) -> str:
        command = [str(self.folder / "bin" / "docker"), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def make_image(self, name: str, files: dict[str, bytes]) -> None:
        """Make an image of these files, by their paths."""
        root = self.folder / name.replace("/", "-")
        for path, content in files.items():
            place = root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        _import(self, root, name)

    def unmake(self) -> None:
        """Remove all that it holds: the storage may be mounted, so that only it can."""
        self.call("system", "reset", "--force")

    def containers(self) -> list[str]:
        """The names of all containers, running or not."""
        return self.call("ps", "--all", "--format", "{{.Names}}").split()


def make(folder: Path) -> Engine:
    """Make one in an empty folder: the program is ``bin/docker`` there.

    Needs podman, runc and a static busybox. Raises OSError, CalledProcessError.
    """
    made = Engine(folder)
    folder.joinpath("containers.conf").write_text(_CONF)
    program = folder / "bin" / "docker"
    program.parent.mkdir()
    places = [f"--{name} {folder}/{name}" for name in ("root", "runroot", "tmpdir")]
    program.write_text(
        f"#!/bin/sh\nexport CONTAINERS_CONF={folder}/containers.conf\n"
        f'exec podman --log-level error --storage-driver vfs {" ".join(places)} "$@"\n'
    )
    program.chmod(0o755)
    root = folder / "image"
    _add_busybox(root)
    _import(made, root, BUSYBOX)
    _add_bash(root)
    _import(made, root, BASH)
    return made


def _add_busybox(root: Path) -> None:
    busybox = shutil.which("busybox") or "/bin/busybox"
    root.joinpath("bin").mkdir(parents=True)
    root.joinpath("tmp").mkdir()
    shutil.copy(busybox, root / "bin" / "busybox")
    listed = subprocess.run([busybox, "--list"], check=True, capture_output=True, text=True).stdout
    for applet in set(listed.split()) - {"busybox"}:
        root.joinpath("bin", applet).symlink_to("/bin/busybox")


def _add_bash(root: Path) -> None:
    bash = Path("/bin/bash").resolve()
    libraries = subprocess.run(["ldd", str(bash)], check=True, capture_output=True, text=True)
    paths = [word for word in libraries.stdout.split() if word.startswith("/")]
    shutil.copy(bash, root / "bin" / "bash")
    for path in paths:
        place = root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place)


def _import(engine: Engine, root: Path, name: str) -> None:
    archive = engine.folder / "image.tar"
    subprocess.run(["tar", "-C", str(root), "-cf", str(archive), "."], check=True)
    engine.call("import", "--quiet", str(archive), name)


@dataclass
class ContainerLab(ScriptedLab):
    """A device that is a container, or that tests in a container are for."""

    changes: dict[str, Any] = field(default_factory=dict[str, Any])
    boot_options: dict[str, Any] = field(default_factory=dict[str, Any])
    test_options: dict[str, Any] = field(default_factory=dict[str, Any])

    def device(self) -> dict[str, Any]:
        made = super().device()
        made["constants"]["posix"]["lava_test_results_dir"] = "/lava-%s"
        actions = made["actions"]
        actions["deploy"]["methods"]["docker"] = {"options": {"remote": None}}
        actions["boot"]["methods"]["docker"] = {"options": self.boot_options}
        actions["test"] = {"methods": {"docker": self.test_options}}
        return made | self.changes

    def image(self, name: str = BUSYBOX, **changes: Any) -> dict[str, Any]:
        return {"deploy": {"to": "docker", "image": {"name": name, "local": True, **changes}}}

    def start_container(self, command: str = "sh", **changes: Any) -> dict[str, Any]:
        keys = {"method": "docker", "command": command, "prompts": [PROMPT], **changes}
        return {"boot": keys}

    def inside(self, *steps: str, image: str = BUSYBOX, **changes: Any) -> dict[str, Any]:
        """A test in a container."""
        docker = {"image": image, "local": True, **changes.pop("docker", {})}
        return self.test(*steps, docker=docker, **changes)
