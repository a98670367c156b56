"""``postprocess`` of ``to: downloads``: steps in a container that treat the downloaded files."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

from pumice.dispatcher.errors import JobError
from pumice.dispatcher.host.commands import perform
from pumice.dispatcher.host.containers import DOWNLOADS, Docker, Wanted, mounted
from pumice.dispatcher.step import Step

_SCRIPT = "lava-postprocess.sh"
_FOLDER = "/lava-postprocess"
_SHELL = 'command -v bash >/dev/null 2>&1 && exec bash "$0"; exec sh "$0"'


async def run(step: Step) -> None:
    """Perform the steps in the folder of the downloaded files; the first that fails ends them.

    Raises JobError where a step fails or a device is not there, and as
    :meth:`pumice.dispatcher.host.containers.Docker.obtain` does.
    """
    job, parameters = step.job, step.parameters
    downloads = job.downloads(step.action.namespace)
    downloads.mkdir(parents=True, exist_ok=True)
    wanted = Wanted.of(parameters["docker"])
    docker = Docker(step.report, job.id, job.journal)
    folder = step.folder("postprocess")
    await docker.obtain(wanted, folder)
    script = folder / "steps"
    script.mkdir(exist_ok=True)
    script.joinpath(_SCRIPT).write_text(_text(parameters["steps"]))
    name = docker.name(wanted, f"lava-{job.id}-{step.action.level}")
    command = docker.run(
        wanted,
        name,
        ["sh", "-c", _SHELL, f"{_FOLDER}/{_SCRIPT}"],
        options=[
            mounted(downloads, DOWNLOADS),
            mounted(script, _FOLDER, writable=False),
            f"--workdir={DOWNLOADS}",
            *_variables(step),
            *_devices(parameters["devices"]),
        ],
        terminal=False,
    )
    try:
        await perform(step.report, command, failure=JobError)
    finally:
        await docker.remove(name)


def _text(steps: list[str]) -> str:
    return "\n".join(["set -ex", *steps, ""])


def _variables(step: Step) -> list[str]:
    """Where the namespace's root file system is, if NFS serves one: for kernels' command lines."""
    known = step.state.substitutions
    places = {"NFS_ROOTFS": known.get("NFSROOTFS"), "NFS_SERVER_IP": known.get("NFS_SERVER_IP")}
    return [f"--env={name}={value}" for name, value in places.items() if value]


def _devices(paths: list[Any]) -> list[str]:
    found: list[str] = []
    for path in map(str, paths):
        if ".." in path.split("/") or not Path(path).is_relative_to("/dev"):
            raise JobError(f"{path!r} is no device: a path below /dev is needed")
        if not Path(path).exists():
            raise JobError(f"the device {shlex.quote(path)} is not there on this worker")
        found.append(f"--device={path}")
    return found
