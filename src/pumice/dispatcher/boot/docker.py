"""``method: docker``: a container is the board, the terminal of its program the console."""

from __future__ import annotations

import shlex

from pumice.dispatcher.errors import JobError
from pumice.dispatcher.host.containers import (
    ContainerTransport,
    Docker,
    Wanted,
    first_prompt,
)
from pumice.dispatcher.host.mounts import downloads, mounted_others, mounted_overlay
from pumice.dispatcher.session.connection import attach
from pumice.dispatcher.step import Step

HOSTNAME = "lava"


async def start(step: Step) -> None:
    """Start the container with the overlay and the downloaded files, and wait for its prompt.

    Raises JobError where no image was deployed, or the command gives no shell.
    """
    state, parameters = step.state, step.parameters
    wanted = state.container
    if wanted is None:
        raise JobError("booting with docker needs 'deploy' with 'to: docker' in its namespace")
    if state.console is not None:
        await state.console.close()
    docker = Docker(step.report, step.job.id, step.job.journal, tuple(parameters["global_options"]))
    name = docker.name(wanted, f"lava-{step.job.id}-{step.action.level}")
    options = [*parameters["options"], *_hostname(wanted)]
    if state.overlay is not None:
        options.append(await mounted_overlay(step, state.overlay))
        options += await mounted_others(step, state.overlay)
    options += downloads(step, str(parameters["downloads_namespace"]))
    command = docker.run(wanted, name, parameters["command"], options=options)
    step.report.info(f"Boot command: {shlex.join(command)}")
    transport = ContainerTransport(docker, name, command)
    step.undo(transport.close)
    console = attach(step, state, transport, connection=shlex.join(command))
    prompts = tuple(parameters["prompts"])
    if prompts:
        await first_prompt(console, transport, prompts, wanted.image)
        state.prompts, state.idle = prompts, True


def _hostname(wanted: Wanted) -> list[str]:
    """A container in another one's network has that one's name."""
    return [] if wanted.network_from else [f"--hostname={HOSTNAME}"]
