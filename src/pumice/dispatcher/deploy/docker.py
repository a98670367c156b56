"""``to: docker``: an image that a container is started from."""

from __future__ import annotations

from pumice.dispatcher.host.containers import PROGRAM, Docker, Wanted
from pumice.dispatcher.host.processes import find
from pumice.dispatcher.step import Step


async def installed(step: Step) -> None:
    """Check that docker is there. Raises ConfigurationError."""
    find(PROGRAM)


async def deploy(step: Step) -> None:
    """Get the image, then make the overlay."""
    parameters = step.parameters
    wanted = Wanted.of(parameters["docker"])
    docker = Docker(step.report, step.job.id, step.job.journal, tuple(parameters["global_options"]))
    await docker.obtain(wanted, step.folder("deploy-docker"))
    step.state.container = wanted
    await step.perform_children()
