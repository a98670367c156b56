"""``definitions`` beside ``docker``: test definitions that run in a container on the worker."""

from __future__ import annotations

import asyncio
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pumice.definitions.blocks import as_list
from pumice.dispatcher.errors import ConfigurationError, JobError
from pumice.dispatcher.host import usb
from pumice.dispatcher.host.containers import (
    ContainerTransport,
    Docker,
    Wanted,
    first_prompt,
    mounted,
)
from pumice.dispatcher.host.mounts import downloads, mounted_overlay
from pumice.dispatcher.namespaces import Namespace
from pumice.dispatcher.session.connection import attach
from pumice.dispatcher.step import Step
from pumice.dispatcher.test import definitions

NAMESPACE = "docker-test-shell"
"""The namespace of the container's console: no action of a job can have it."""

PROMPT = "docker-test-shell:$ "
_SHELL = "command -v bash >/dev/null 2>&1 && exec bash --norc -i; unset ENV; exec sh -i"


async def test(step: Step) -> None:
    """Perform the children; the board's own overlay is its namespace's again afterwards."""
    state = step.state
    overlay = state.overlay
    try:
        await step.perform_children()
    finally:
        state.overlay = overlay


async def run(step: Step) -> None:
    """Start the container, run the stage's tests in its shell, remove it."""
    job, parameters = step.job, step.parameters
    wanted = Wanted.of(parameters["docker"])
    docker = Docker(step.report, job.id, job.journal, tuple(parameters["global_options"]))
    await docker.obtain(wanted, step.folder("docker-test-shell"))
    name = docker.name(wanted, f"lava-docker-test-shell-{job.id}-{step.action.level}")
    options = await _options(step)
    command = docker.run(wanted, name, ["sh", "-c", _SHELL], options=options)
    step.report.info(f"Docker command: {shlex.join(command)}")
    shell = Namespace(NAMESPACE)
    active, job.active = job.active, NAMESPACE
    transport = ContainerTransport(docker, name, command)
    try:
        console = attach(step, shell, transport)
        shell.prompts = (re.escape(PROMPT),)
        await first_prompt(console, transport, shell.prompts, wanted.image)
        shell.idle = True
        await definitions.run_in(step, shell, console)
    finally:
        job.active = active
        # Where time is up, nothing waits for this: what surrounds it must not end before it.
        closing = asyncio.ensure_future(transport.close())
        step.undo(lambda: closing)
    await closing


async def _options(step: Step) -> list[str]:
    """What the container gets: overlay, downloads, the lab's folders, the board's devices."""
    if step.state.overlay is None:
        raise JobError("there is no overlay for the container")
    parameters = step.parameters
    devices = usb.nodes(parameters["device_info"])
    return [
        f"--env=PS1={PROMPT}",
        await mounted_overlay(step, step.state.overlay),
        *downloads(step, str(parameters["downloads_namespace"])),
        *_lab_folders(step.job.lab),
        *(f"--device={node}" for node in devices if Path(node).exists()),
        *parameters["options"],
    ]


def _lab_folders(lab: Mapping[str, Any]) -> list[str]:
    """``test_docker_bind_mounts`` of dispatcher.yaml: ``[source, place]`` or with ``rw``.

    Raises ConfigurationError.
    """
    found: list[str] = []
    for entry in as_list(lab.get("test_docker_bind_mounts")):
        words = [str(word) for word in as_list(entry)]
        if len(words) not in (2, 3) or words[2:] not in ([], ["rw"], ["ro"]):
            raise ConfigurationError(
                "test_docker_bind_mounts in dispatcher.yaml is a list of [source, place] or "
                f"[source, place, rw], not {entry!r}"
            )
        found.append(mounted(words[0], words[1], writable=words[2:] == ["rw"]))
    return found
