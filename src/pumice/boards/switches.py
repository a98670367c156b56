"""The socket at which a lab's boards are switched: a line a request, a line an answer.

Requests: ``on NAME``, ``off NAME``, ``reset NAME``, ``reload`` (boards came or went). Answers:
``ok``, or what is wrong.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

OK = "ok"
PATIENCE = 20.0
"""Seconds for an answer."""


def listen(lab: Path) -> socket.socket:
    """The socket to take requests from, in the place of one that a killed process left."""
    folder = lab / "run"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "boards").unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with _short(folder) as short:
        listening.bind(short)
    (folder / "boards").chmod(0o600)
    listening.listen()
    return listening


def ask(lab: Path, request: str) -> str:
    """Send a request; the answer. Raises OSError where nobody listens or answers."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(PATIENCE)
        with _short(lab / "run") as short:
            connection.connect(short)
        connection.sendall(f"{request}\n".encode())
        with connection.makefile("rb") as stream:
            answer = stream.readline()
    if not answer:
        raise ConnectionError("the lab's boards are no longer run")
    return answer.decode().strip()


@contextmanager
def _short(folder: Path) -> Generator[str]:
    """A path of the socket that is short enough for one (107 bytes), wherever the lab is."""
    opened = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{opened}/boards"
    finally:
        os.close(opened)
