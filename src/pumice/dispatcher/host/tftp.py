"""The folder of the host's TFTP server: files in it are what boards load.

The server itself is the host's (Debian's tftpd-hpa, or any other): only its folder is used.
Source of the file's format: tftpd-hpa's ``/etc/default/tftpd-hpa``, assignments of a shell.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pumice.dispatcher.errors import ConfigurationError, InfrastructureError, JobError
from pumice.dispatcher.journal import Files
from pumice.dispatcher.step import Job, Step

DEFAULTS = Path("/etc/default/tftpd-hpa")
FOLDER = Path("/srv/tftp")
LIMIT = 4 << 30
"""Bytes that a file has at most: where block numbers roll over, servers send no more."""


def root(lab: Mapping[str, Any], defaults: Path = DEFAULTS) -> Path:
    """The server's folder: ``tftp_directory`` of dispatcher.yaml, what ``defaults`` says, or
    :data:`FOLDER`."""
    if lab.get("tftp_directory"):
        return Path(str(lab["tftp_directory"]))
    try:
        lines = defaults.read_text("utf-8", "replace").splitlines()
    except OSError:
        return FOLDER  # another server, or none
    for line in lines:
        name, _, value = line.strip().partition("=")
        if name == "TFTP_DIRECTORY":
            words = shlex.split(value, comments=True)
            return Path(words[0]) if words else FOLDER
    return FOLDER


def limit(lab: Mapping[str, Any]) -> int:
    """How many bytes a file has at most. Raises ConfigurationError."""
    value = lab.get("tftp_size_limit", LIMIT)
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        raise ConfigurationError(
            f"'tftp_size_limit' in dispatcher.yaml must be a number of bytes, not {value!r}"
        )
    return value


def expect(job: Job) -> None:
    """Raise ConfigurationError where the server's folder cannot be written to."""
    folder = root(job.lab)
    limit(job.lab)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ConfigurationError(
            f"the TFTP server's folder {folder} is missing or cannot be written to: install "
            f"tftpd-hpa, or name the folder by 'tftp_directory' in dispatcher.yaml"
        )


async def folder(step: Step) -> Path:
    """Make a folder for the files of one action; it is removed when the job ends."""
    own = root(step.job.lab) / step.job.name
    made = own / f"tftp-deploy-{secrets.token_hex(4)}"
    entry = Files(str(made), parent=str(own))
    step.job.journal.note(entry)

    async def remove() -> None:
        await asyncio.to_thread(shutil.rmtree, made, ignore_errors=True)
        with contextlib.suppress(OSError):  # another action's files are still there
            own.rmdir()
        if not made.exists():
            step.job.journal.done(entry)

    step.undo(remove)
    try:
        _make(own, made)
    except OSError as error:
        raise InfrastructureError(f"cannot make a folder in {own}: {error.strerror}") from error
    return made


def _make(own: Path, made: Path) -> None:
    """Make both folders; the server runs as another user. Raises OSError."""
    while not made.exists():
        own.mkdir(exist_ok=True)
        # Another job of the same name may end just now, and remove the folder.
        with contextlib.suppress(FileNotFoundError):
            own.chmod(0o755)
            made.mkdir()
    made.chmod(0o755)


def publish(job: Job, source: Path, place: Path) -> str:
    """Move a file to ``place`` in the server's folder; return its path as boards name it.

    Raises JobError where it is larger than may be, or where a file is there already.
    """
    size, most = source.stat().st_size, limit(job.lab)
    if size > most:
        raise JobError(f"{source.name} has {size} bytes: over TFTP it can have {most}")
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        raise JobError(f"two files of the action have the name {place.name}")
    shutil.move(source, place)
    place.chmod(0o644)
    return str(place.relative_to(root(job.lab)))
