"""Containers of a job, made by the program ``docker`` (or podman under its name).

Every container is removed when its job is over. Should the dispatcher be killed, who cleans up
finds the container in the job's journal; the processes in it carry the job's mark in their
environment, as all others of the job. The label ``pumice.job`` tells people which job a container
belongs to.
"""

from __future__ import annotations

import asyncio
import os
import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pumice.dispatcher.console.engine import Console
from pumice.dispatcher.console.patterns import Patterns
from pumice.dispatcher.console.pty import PtyTransport
from pumice.dispatcher.errors import ConnectionClosed, InfrastructureError, JobError
from pumice.dispatcher.host.processes import MARK, begin, find
from pumice.dispatcher.journal import Container, Journal
from pumice.dispatcher.report import Report

PROGRAM = "docker"
LABEL = "pumice.job"
DOWNLOADS = "/lava-downloads"
"""Where the files of ``to: downloads`` are in every container."""

_DOCKER_FAILED = 125  # docker's exit status where the fault is its own, not the program's
_CLIENT_SECONDS = 1.0
_UNNAMED = re.compile(r"[^a-zA-Z0-9_.-]")
_NO_IMAGE = re.compile(
    r"manifest unknown|not found|no such image|image not known|(?<!permission )denied|unauthorized"
    r"|not exist|name unknown|invalid reference|unknown: repository|did not resolve",
    re.IGNORECASE,
)
_GONE = re.compile(r"no such container|no container with|already in progress", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An image, and the container that a job wants of it.

    ``local``: it is on this host, nothing is pulled. ``container_name`` names the container
    within the job, ``network_from`` another one of the job's whose network it shares.
    ``login`` holds ``registry``, ``user`` and ``password``.
    """

    image: str
    local: bool = False
    container_name: str = ""
    network_from: str = ""
    login: Mapping[str, str] | None = None

    @classmethod
    def of(cls, keys: Mapping[str, Any]) -> Wanted:
        """From the keys of a ``docker`` block."""
        return cls(
            image=str(keys["image"]),
            local=bool(keys.get("local")),
            container_name=str(keys.get("container_name") or ""),
            network_from=str(keys.get("network_from") or ""),
            login=keys.get("login"),
        )


@dataclass(frozen=True, slots=True)
class Docker:
    """The program with the options before its command, for one job and its journal."""

    report: Report
    job_id: str
    journal: Journal
    options: tuple[str, ...] = ()

    def call(self, *arguments: str) -> list[str]:
        """A command line. Raises ConfigurationError where docker is not installed."""
        return [find(PROGRAM), *self.options, *arguments]

    def name(self, wanted: Wanted, name: str) -> str:
        """The container's name on this host: ``name``, or the one that the job gave it."""
        own = f"lava-{self.job_id}-{wanted.container_name}" if wanted.container_name else name
        return _UNNAMED.sub("-", own)

    def _network(self, wanted: Wanted) -> list[str]:
        if not wanted.network_from:
            return []
        other = _UNNAMED.sub("-", f"lava-{self.job_id}-{wanted.network_from}")
        return [f"--network=container:{other}"]

    def run(
        self,
        wanted: Wanted,
        name: str,
        command: Sequence[str],
        *,
        options: Iterable[str] = (),
        terminal: bool = True,
    ) -> list[str]:
        """The command line that starts a container, which is gone when it ends.

        The journal knows of it from now on, until :meth:`remove`.
        """
        self.journal.note(Container(tuple(self.call()), name))
        return self.call(
            *("run", "--rm", "--stop-timeout=0"),
            *(f"--name={name}", f"--label={LABEL}={self.job_id}"),
            *(("--interactive", "--tty") if terminal else ()),
            f"--env={MARK}={os.environ.get(MARK, '')}",
            *self._network(wanted),
            *options,
            wanted.image,
            *command,
        )

    async def obtain(self, wanted: Wanted, folder: Path) -> None:
        """Pull the image, or see that this host has it; a login is kept in ``folder`` only.

        Raises JobError where there is no such image or no right to it, InfrastructureError
        where the registry or docker itself does not answer.
        """
        environment: dict[str, str] = {}
        if wanted.login is not None:
            environment = {
                "DOCKER_CONFIG": str(folder),
                "REGISTRY_AUTH_FILE": str(folder / "config.json"),
            }
            await self._log_in(wanted.login, environment)
        command = (
            self.call("image", "inspect", "--format={{.Id}}", wanted.image)
            if wanted.local
            else self.call("pull", wanted.image)
        )
        status, said = await self._say(command, environment)
        if status != 0:
            kind = JobError if _NO_IMAGE.search(said) else InfrastructureError
            where = "on this worker" if wanted.local else "in its registry"
            raise kind(f"the image {wanted.image} cannot be had {where}: {_last(said)}")

    async def _log_in(self, login: Mapping[str, str], environment: Mapping[str, str]) -> None:
        command = self.call(
            "login", f"--username={login['user']}", "--password-stdin", login["registry"]
        )
        status, said = await self._say(command, environment, login["password"])
        if status != 0:
            kind = JobError if _NO_IMAGE.search(said) else InfrastructureError
            raise kind(f"the login to {login['registry']} failed: {_last(said)}")

    async def remove(self, name: str) -> None:
        """Remove a container, running or not; one that is gone is all right."""
        status, said = await self._run(self.call("rm", "--force", "--volumes", name))
        if status != 0 and not is_gone(said):
            self.report.warning(f"the container {name} is not removed: {_last(said)}")
            return
        self.journal.done(Container(tuple(self.call()), name))

    async def _say(
        self, command: Sequence[str], environment: Mapping[str, str], typed: str = ""
    ) -> tuple[int, str]:
        """Run it with its output in the log."""
        self.report.debug(f"Calling: {shlex.join(command)}")
        status, said = await self._run(command, environment, typed)
        for line in said.splitlines():
            self.report.debug(f">> {line}")
        return status, said

    async def _run(
        self,
        command: Sequence[str],
        environment: Mapping[str, str] | None = None,
        typed: str = "",
    ) -> tuple[int, str]:
        """Run it to its end: its status, and what it said. Killed where we are interrupted."""
        process = await begin(command, stdin=asyncio.subprocess.PIPE, environment=environment)
        try:
            said, _ = await process.communicate(typed.encode())
        except asyncio.CancelledError:
            process.kill()
            await process.wait()
            raise
        return process.returncode or 0, said.decode("utf-8", "replace").strip()


class ContainerTransport(PtyTransport):
    """A container's terminal; closing it removes the container."""

    def __init__(self, docker: Docker, name: str, arguments: Sequence[str]) -> None:
        """Start it by the command line ``arguments``. Raises InfrastructureError."""
        super().__init__(arguments)
        self._docker = docker
        self._name = name
        self._removed = False

    async def close(self) -> None:
        """See :class:`pumice.dispatcher.console.transport.Transport`."""
        if self._removed:
            return
        await self._docker.remove(self._name)
        # Docker ends with its container: a signal would only make it complain.
        ended = asyncio.ensure_future(self.process.wait())
        await asyncio.wait([ended], timeout=_CLIENT_SECONDS)
        await super().close()
        # The container may have been about to be made.
        await self._docker.remove(self._name)
        self._removed = True


async def first_prompt(
    console: Console, transport: ContainerTransport, prompts: Sequence[str], image: str
) -> None:
    """Wait for a container's shell.

    Raises JobError where the container ends before, InfrastructureError where docker did not
    even start it.
    """
    patterns = Patterns(prompts)
    try:
        await console.expect(patterns)
    except ConnectionClosed as error:
        if transport.process.status == _DOCKER_FAILED:
            raise InfrastructureError(
                f"docker could not start the container of {image}, see the lines above"
            ) from error
        raise JobError(f"the container of {image} gave no shell: {console.ended}") from error
    finally:
        patterns.close()


def is_gone(said: str) -> bool:
    """Whether docker refused to remove a container because it is gone, or about to be."""
    return _GONE.search(said) is not None


def mounted(source: Path | str, place: str, *, writable: bool = True) -> str:
    """The option that shows a folder of this host in a container."""
    return f"--volume={source}:{place}:{'rw' if writable else 'ro'}"


def _last(said: str) -> str:
    return said.splitlines()[-1].strip() if said else "docker said nothing"
