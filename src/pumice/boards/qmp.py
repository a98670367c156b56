"""Speaks to a QEMU through a socket that it was started with.

Protocol: QMP, QEMU's machine protocol, as ``docs/interop/qmp-spec`` of QEMU describes: a
greeting, then commands and answers as lines of JSON, with events between them.
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Sequence
from io import BufferedRWPair
from typing import Any, cast

PATIENCE = 10.0
"""Seconds for each answer."""

# " \ hub0port0: virtio-net-pci.0: index=0,type=nic,model=virtio-net-pci,macaddr=…"
_CARD = re.compile(r"(\S+): index=\d+,type=nic")


class Monitor:
    """The control of one QEMU. Close it when the QEMU has ended."""

    def __init__(self) -> None:
        self._ours, self._theirs = socket.socketpair()
        self._ours.settimeout(PATIENCE)

    @property
    def fd(self) -> int:
        """The file that the QEMU must inherit."""
        return self._theirs.fileno()

    @property
    def options(self) -> Sequence[str]:
        """What the QEMU's command line must say."""
        chardev = f"socket,id=pumice,fd={self.fd}"
        return ("-chardev", chardev, "-mon", "chardev=pumice,mode=control")

    def started(self) -> None:
        """The QEMU has been started: its end of the socket is its own."""
        self._theirs.close()

    def cut_network(self) -> None:
        """Take the cables out of all network cards. Raises OSError where QEMU does not answer."""
        with Session(self._ours) as session:
            listed = session.ask("human-monitor-command", {"command-line": "info network"})
            for card in _CARD.findall(str(listed)):
                session.ask("set_link", {"name": card, "up": False})

    def close(self) -> None:
        """Speak to it no more."""
        self._ours.close()
        self._theirs.close()


class Session:
    """A talk with a QEMU over a connected socket, which stays open. Use it ``with``."""

    def __init__(self, connection: socket.socket) -> None:
        """Greet each other. Raises OSError where QEMU does not answer."""
        self._stream = connection.makefile("rwb")
        _read(self._stream)  # the greeting
        self.ask("qmp_capabilities")

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def ask(self, command: str, arguments: dict[str, Any] | None = None) -> Any:
        """Give a command; its answer. Raises OSError where QEMU refuses it or does not answer."""
        line = json.dumps({"execute": command, "arguments": arguments or {}})
        self._stream.write(line.encode() + b"\n")
        self._stream.flush()
        while True:
            answer = _read(self._stream)
            if "error" in answer:
                raise OSError(f"QEMU refused {command}: {answer['error']}")
            if "return" in answer:
                return answer["return"]


def _read(stream: BufferedRWPair) -> dict[str, Any]:
    line = stream.readline()
    if not line:
        raise ConnectionError("QEMU ended the connection")
    try:
        return cast("dict[str, Any]", json.loads(line))
    except ValueError as error:
        raise ConnectionError("QEMU does not speak its protocol") from error
