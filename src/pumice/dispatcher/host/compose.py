"""Containers of a compose file, by the program ``docker compose`` or its older ``docker-compose``.

All that belongs to a file has the label of its project, so that it is found without the file,
should the dispatcher be killed. Source of the label: the documentation of docker compose.
"""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pumice.dispatcher.errors import ConfigurationError, InfrastructureError, JobError
from pumice.dispatcher.host.commands import perform
from pumice.dispatcher.host.containers import PROGRAM
from pumice.dispatcher.host.processes import find, run
from pumice.dispatcher.journal import Commands
from pumice.dispatcher.report import Report

_OLDER = "docker-compose"
_LABEL = "com.docker.compose.project"
_LINES = 1000
"""How many lines of each service the log gets at its end."""

_STOP_SECONDS = 10
_UNNAMED = re.compile(r"[^a-z0-9_-]")
_REMOVE: Mapping[str, str] = {
    "ps --all": "rm --force --volumes",
    "network ls": "network rm",
    "volume ls": "volume rm --force",
}
"""What lists things of a project, and what removes them."""


async def program() -> list[str]:
    """The words that compose is called with. Raises ConfigurationError where there is none."""
    docker = find(PROGRAM)
    status, _ = await run([docker, "compose", "version"])
    if status == 0:
        return [docker, "compose"]
    if (older := shutil.which(_OLDER)) is not None:
        return [older]
    raise ConfigurationError(
        "neither 'docker compose' nor docker-compose is installed on this worker"
    )


@dataclass(frozen=True, slots=True)
class Project:
    """The services of one file, under a name of their own; ``command`` calls compose for them."""

    name: str
    command: tuple[str, ...]

    @classmethod
    async def of(cls, job: str, name: str, file: Path) -> Project:
        """The project of this name of a job. Raises ConfigurationError."""
        own = _UNNAMED.sub("-", f"lava-{job}-{name}".lower())
        words = [*await program(), f"--project-name={own}", f"--file={file}"]
        return cls(own, tuple(words))

    @property
    def forgotten(self) -> Commands:
        """What removes all of it without the file."""
        docker, label = shlex.quote(find(PROGRAM)), shlex.quote(f"label={_LABEL}={self.name}")
        return Commands(
            tuple(
                shlex.join(
                    [
                        *("sh", "-c"),
                        f"{docker} {listed} --quiet --filter {label} | xargs -r {docker} {removed}",
                    ]
                )
                for listed, removed in _REMOVE.items()
            )
        )

    async def up(self, report: Report, service: str) -> None:
        """Start its services, or only this one and what it needs.

        Raises JobError where they do not start.
        """
        names = ["--", service] if service else []
        await perform(report, [*self.command, "up", "--detach", *names], failure=JobError)

    async def down(self, report: Report) -> None:
        """Log what the services said last, and remove them. Raises InfrastructureError."""
        try:
            await perform(report, [*self.command, "logs", "--no-color", f"--tail={_LINES}"])
        except InfrastructureError as failure:
            report.debug(f"the services' log cannot be had: {failure}")
        options = ["--volumes", "--remove-orphans", f"--timeout={_STOP_SECONDS}"]
        await perform(report, [*self.command, "down", *options])
