"""Tools that talk to a board, such as fastboot: on the worker, or in the job's own container.

A container is started for each call and removed after it. It sees the job's folder at the same
path, and has the worker's network and its USB devices, also those that come while it runs.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pumice.dispatcher.host.commands import perform
from pumice.dispatcher.host.containers import PROGRAM, Docker, Wanted, mounted
from pumice.dispatcher.host.processes import find, run
from pumice.dispatcher.step import Step

_USB = Path("/dev/bus/usb")
_USB_MAJOR = 189  # the kernel's list of devices, admin-guide/devices


@dataclass(frozen=True, slots=True)
class Tool:
    """A program by its name; ``docker`` are the keys of the container that has it."""

    name: str
    docker: Mapping[str, Any] | None = None

    def expect(self) -> None:
        """Raise ConfigurationError where it, or what runs its container, is not installed."""
        find(self.name if self.docker is None else PROGRAM)

    async def call(self, step: Step, *arguments: str) -> list[str]:
        """Run it with its output in the log; return the lines. Raises InfrastructureError."""
        async with self._command(step, arguments) as command:
            return await perform(step.report, command)

    async def ask(self, step: Step, *arguments: str) -> list[str]:
        """Run it without a word in the log; return the lines, whatever its status."""
        async with self._command(step, arguments) as command:
            _, said = await run(command)
        return said.splitlines()

    @asynccontextmanager
    async def _command(self, step: Step, arguments: Sequence[str]) -> AsyncGenerator[list[str]]:
        if self.docker is None:
            yield [find(self.name), *arguments]
            return
        job, wanted = step.job, Wanted.of(self.docker)
        docker = Docker(step.report, job.id, job.journal)
        if wanted.image not in step.state.obtained:
            await docker.obtain(wanted, step.folder("tool-docker"))
            step.state.obtained.add(wanted.image)
        own = f"lava-{job.id}-{step.action.level}-{secrets.token_hex(4)}"
        name = docker.name(wanted, own)
        options = [mounted(job.folder, str(job.folder)), *_devices()]
        if not wanted.network_from:
            options.append("--network=host")
        words = [self.name, *arguments]
        try:
            yield docker.run(wanted, name, words, options=options, terminal=False)
        finally:
            await docker.remove(name)


def _devices() -> list[str]:
    """The options for the worker's USB, where it has any."""
    if not _USB.is_dir():
        return []
    return [mounted(_USB, str(_USB)), f"--device-cgroup-rule=c {_USB_MAJOR}:* rmw"]
