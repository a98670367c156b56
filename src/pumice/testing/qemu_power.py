"""The power switch of a virtual board: ``python -m pumice.testing.qemu_power reset|off SOCKET``.

The board is a QEMU that listens on the socket. Protocol: QMP, QEMU's machine protocol, as
``docs/interop/qmp-spec`` of QEMU describes: a greeting, then commands and answers as lines of
JSON, with events between them.
"""

from __future__ import annotations

import json
import socket
import sys
import time
from io import BufferedRWPair
from typing import Any, cast

COMMANDS = {"reset": "system_reset", "off": "quit"}
"""What the switch can do, and QEMU's word for it."""

_PATIENCE = 5.0
"""Seconds for a QEMU that has just been started to listen, and for each of its answers."""

_PAUSE = 0.05


def switch(what: str, path: str) -> None:
    """Reset the board, or switch it off; one that is off already stays so.

    Raises OSError where nobody listens or answers.
    """
    try:
        connection = _connect(path, _PATIENCE if what == "reset" else 0.0)
    except (FileNotFoundError, ConnectionRefusedError):
        if what == "off":
            return
        raise
    with connection, connection.makefile("rwb") as stream:
        _read(stream)  # the greeting
        _ask(stream, "qmp_capabilities")
        _ask(stream, COMMANDS[what])


def _connect(path: str, patience: float) -> socket.socket:
    """Connect, again until QEMU listens: it may have been started a moment ago."""
    until = time.monotonic() + patience
    while True:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(_PATIENCE)
        try:
            connection.connect(path)
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            if time.monotonic() >= until:
                raise
            time.sleep(_PAUSE)
        else:
            return connection


def _ask(stream: BufferedRWPair, command: str) -> None:
    stream.write(json.dumps({"execute": command}).encode() + b"\n")
    stream.flush()
    while True:
        answer = _read(stream)
        if "error" in answer:
            raise OSError(f"QEMU refused {command}: {answer['error']}")
        if "return" in answer:
            return


def _read(stream: BufferedRWPair) -> dict[str, Any]:
    line = stream.readline()
    if not line:
        raise ConnectionError("QEMU ended the connection")
    return cast("dict[str, Any]", json.loads(line))


def main() -> int:
    """The command: its exit status is 0 where the board did what it should."""
    if len(sys.argv) != len(("program", "what", "path")) or sys.argv[1] not in COMMANDS:
        sys.stderr.write(f"usage: pumice.testing.qemu_power {'|'.join(COMMANDS)} SOCKET\n")
        return 2
    try:
        switch(sys.argv[1], sys.argv[2])
    except (OSError, ValueError) as error:
        sys.stderr.write(f"the board does not answer on {sys.argv[2]}: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
