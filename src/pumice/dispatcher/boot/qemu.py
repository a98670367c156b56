"""``method: qemu``: QEMU's process is the board, its standard streams the console.

With ``docker`` QEMU runs in a container, which sees the job's own folder at the same path, has
the worker's network, and of its devices what QEMU's options need.
"""

from __future__ import annotations

import platform
import re
import shlex
from collections.abc import Sequence

from pumice.dispatcher.console.pty import PtyTransport
from pumice.dispatcher.errors import JobError
from pumice.dispatcher.host import containers
from pumice.dispatcher.host.containers import ContainerTransport, Docker, Wanted, mounted
from pumice.dispatcher.host.processes import find, run
from pumice.dispatcher.host.tools import Tool
from pumice.dispatcher.namespaces import Namespace
from pumice.dispatcher.session.connection import attach
from pumice.dispatcher.step import Step


async def installed(step: Step) -> None:
    """Check that QEMU, or what runs its container, is there. Raises ConfigurationError."""
    parameters = step.parameters
    find(containers.PROGRAM if parameters["docker"] else str(parameters["command"]))


async def execute(step: Step) -> None:
    """Start QEMU with the device's options, the images' arguments and the overlay's drive."""
    state, parameters = step.state, step.parameters
    if state.console is not None:
        # Booted before: two machines cannot have the same files.
        await state.console.close()
    arguments = [*parameters["options"], *_images(state), *_drive(state)]
    if parameters["docker"]:
        tool = Tool(str(parameters["command"]), parameters["docker"])
        version = await tool.ask(step, "--version")
        transport = _in_container(step, arguments)
    else:
        program = find(str(parameters["command"]))
        command = [program, *arguments]
        step.report.info(f"Boot command: {shlex.join(command)}")
        transport = PtyTransport(command)
        step.undo(transport.close)
        _, said = await run([program, "--version"])
        version = said.splitlines()
    attach(step, state, transport)
    step.extra = {
        "qemu_version": version[0] if version else "",
        "host_arch": platform.machine(),
        "job_arch": parameters["architecture"],
    }


def _in_container(step: Step, arguments: Sequence[str]) -> ContainerTransport:
    """Start QEMU in its container; it is removed with the action."""
    job, parameters = step.job, step.parameters
    wanted = Wanted.of(parameters["docker"])
    docker = Docker(step.report, job.id, job.journal)
    name = docker.name(wanted, f"lava-{job.id}-{step.action.level}")
    options = [mounted(job.folder, str(job.folder)), *_devices(arguments)]
    if not wanted.network_from:
        options.append("--network=host")
    command = docker.run(wanted, name, [parameters["command"], *arguments], options=options)
    step.report.info(f"Boot command: {shlex.join(command)}")
    transport = ContainerTransport(docker, name, command)
    step.undo(transport.close)
    return transport


def _devices(arguments: Sequence[str]) -> list[str]:
    """The options for the worker's devices that QEMU's arguments need."""
    words = " ".join(arguments)
    found: list[str] = []
    if re.search(r"-enable-kvm\b|accel=kvm\b|-accel kvm\b", words):
        found.append("--device=/dev/kvm")
    if re.search(r"(-netdev|-net|-nic) tap\b", words):
        found += ["--device=/dev/net/tun", "--cap-add=NET_ADMIN"]
    return found


def _images(state: Namespace) -> list[str]:
    """What the command line says about each image, in the job's order."""
    found: list[str] = []
    for text in state.arguments.values():
        try:
            parts = shlex.split(text)
        except ValueError as error:
            raise JobError(f"the image_arg {text!r} cannot be read: {error}") from error
        for part in parts:
            for label, image in state.images.items():
                part = part.replace(f"{{{label}}}", str(image.path))
            for name, value in state.substitutions.items():
                part = part.replace(f"{{{name}}}", value)
            found.append(part)
    return found


def _drive(state: Namespace) -> list[str]:
    drive = state.drive
    if drive is None:
        return []
    path = str(drive.path).replace(",", ",,")
    return [
        "-drive",
        f"format=raw,file={path},media=disk,if={drive.interface},id={drive.identifier}",
    ]
