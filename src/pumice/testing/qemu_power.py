"""The power switch of a QEMU that listens at a socket:
``python -m pumice.testing.qemu_power reset|off SOCKET``.
"""

from __future__ import annotations

import socket
import sys
import time

from pumice.boards.qmp import Session

COMMANDS = {"reset": ("system_reset", "cont"), "off": ("quit",)}
"""What the switch can do, and QEMU's words for it. A QEMU that was started with ``-S`` waits for
its first reset: firmware that is reset while it starts may hang."""

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
    with connection, Session(connection) as session:
        for word in COMMANDS[what]:
            session.ask(word)


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
