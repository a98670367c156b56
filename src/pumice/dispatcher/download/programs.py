"""Files that a program fetches: ``scp`` addresses by ssh, ``rclone`` addresses by rclone.

The programs act for the worker's account: with its keys, its known hosts, its remotes.
"""

from __future__ import annotations

import asyncio
import shlex
from collections import deque
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from pumice.dispatcher.download.files import BLOCK
from pumice.dispatcher.errors import InfrastructureError, JobError
from pumice.dispatcher.host.processes import begin, ending, find, kill_group
from pumice.formats.addresses import shown

SILENCE = 60.0
"""Seconds without a byte after which a program is given up."""

_SSH_OPTIONS = ("BatchMode=yes", "ConnectTimeout=30", "ServerAliveInterval=20")
_RCLONE_MISSING = (3, 4)
"""rclone's exit codes for a directory and a file that are not there (its documentation)."""


class ProgramSource:
    """What a program writes to its standard output."""

    length: int | None = None

    def __init__(self, url: str, command: Sequence[str], missing: Collection[int]) -> None:
        """``missing`` are the exit codes that say that there is no such file."""
        self._name = shown(url)
        self._command = command
        self._missing = missing

    async def blocks(self) -> AsyncGenerator[bytes]:
        """The file's bytes as they come.

        Raises JobError where the file is not there, InfrastructureError where the program fails
        in another way.
        """
        process = await begin(self._command, stderr=asyncio.subprocess.PIPE)
        said = asyncio.ensure_future(_last_lines(process.stderr))
        try:
            while block := await self._read(process.stdout):
                yield block
            status = await process.wait()
        finally:
            kill_group(process.pid)
            await process.wait()
            words = await said
        if status != 0:
            kind = JobError if status in self._missing else InfrastructureError
            program = self._command[0].rsplit("/", 1)[-1]
            raise kind(f"cannot fetch '{self._name}': {program} {ending(status)}: {words}")

    async def _read(self, stream: asyncio.StreamReader | None) -> bytes:
        if stream is None:
            return b""
        try:
            async with asyncio.timeout(SILENCE):
                return await stream.read(BLOCK)
        except TimeoutError as error:
            raise InfrastructureError(
                f"'{self._name}' sent nothing for {SILENCE:g} seconds"
            ) from error


def ssh_command(url: str) -> list[str]:
    """The command that prints the file of ``scp://[USER@]HOST[:PORT]/PATH``.

    Raises JobError for an address without a host or a path, ConfigurationError without ssh.
    """
    parts = urlsplit(url)
    path = unquote(parts.path)
    try:
        port = parts.port
    except ValueError as error:
        raise JobError(f"'{shown(url)}' is not an address") from error
    if not parts.hostname or path in ("", "/"):
        raise JobError(f"'{shown(url)}' must be scp://[USER@]HOST[:PORT]/PATH")
    command = [find("ssh"), *(f"-o{option}" for option in _SSH_OPTIONS)]
    if port is not None:
        command += ["-p", str(port)]
    user = f"{unquote(parts.username)}@" if parts.username else ""
    return [*command, "--", f"{user}{parts.hostname}", f"cat -- {shlex.quote(path)}"]


def rclone_command(url: str, lab: Mapping[str, Any]) -> list[str]:
    """The command that prints the file of ``rclone://REMOTE/PATH``.

    ``lab`` may say ``rclone_path`` (the program) and ``rclone_config`` (its configuration).
    Raises JobError for an address without a remote or a path, ConfigurationError without rclone.
    """
    remote, _, path = url.partition("://")[2].partition("/")
    remote, path = unquote(remote), unquote(path)
    # A remote with a colon would be one that the address itself configures.
    if not remote or not path or ":" in remote or remote.startswith(("-", "/", ".")):
        raise JobError(f"'{url}' must be rclone://REMOTE/PATH")
    command = [find(str(lab.get("rclone_path") or "rclone"))]
    if lab.get("rclone_config"):
        command += ["--config", str(lab["rclone_config"])]
    return [*command, "cat", "--", f"{remote}:{path}"]


def ssh(url: str) -> ProgramSource:
    """The file of an ``scp`` address. Raises as :func:`ssh_command`."""
    return ProgramSource(url, ssh_command(url), missing=(1,))


def rclone(url: str, lab: Mapping[str, Any]) -> ProgramSource:
    """The file of an ``rclone`` address. Raises as :func:`rclone_command`."""
    return ProgramSource(url, rclone_command(url, lab), missing=_RCLONE_MISSING)


async def _last_lines(stream: asyncio.StreamReader | None) -> str:
    """The last words of a program; what came before them is read and forgotten."""
    lines: deque[bytes] = deque(maxlen=3)
    while stream is not None and (block := await stream.read(4096)):
        lines.extend(line[-300:] for line in block.splitlines() if line.strip())
    return b"; ".join(lines).decode("utf-8", "replace").strip()
