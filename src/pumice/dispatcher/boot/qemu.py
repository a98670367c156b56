"""``method: qemu``: QEMU's process is the board, its standard streams the console."""

from __future__ import annotations

import platform
import shlex

from pumice.dispatcher.console.pty import PtyTransport
from pumice.dispatcher.errors import JobError
from pumice.dispatcher.host.processes import find, run
from pumice.dispatcher.namespaces import Namespace
from pumice.dispatcher.session.connection import attach
from pumice.dispatcher.step import Step


async def installed(step: Step) -> None:
    """Check that QEMU is there. Raises ConfigurationError."""
    find(str(step.parameters["command"]))


async def execute(step: Step) -> None:
    """Start QEMU with the device's options, the images' arguments and the overlay's drive."""
    state, parameters = step.state, step.parameters
    if state.console is not None:
        # Booted before: two machines cannot have the same files.
        await state.console.close()
    program = find(str(parameters["command"]))
    command = [program, *parameters["options"], *_images(state), *_drive(state)]
    step.report.info(f"Boot command: {shlex.join(command)}")
    transport = PtyTransport(command)
    step.undo(transport.close)
    attach(step, state, transport)
    _, said = await run([program, "--version"])
    step.extra = {
        "qemu_version": said.splitlines()[0] if said else "",
        "host_arch": platform.machine(),
        "job_arch": parameters["architecture"],
    }


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
