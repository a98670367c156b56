"""The ports of a lab."""

from __future__ import annotations

import socket
from dataclasses import dataclass

from pumice.supervisor.errors import AddressInUse

_BACKLOG = 1024


@dataclass(frozen=True, slots=True)
class Address:
    """A host name or address and a port; port 0 takes a free one."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read ``HOST:PORT``, ``[IPv6]:PORT`` or ``:PORT`` (every address). Raises ValueError."""
        host, colon, port = text.rpartition(":")
        bracketed = host.startswith("[") and host.endswith("]")
        if not colon or not port.isdecimal() or int(port) > 0xFFFF:
            raise ValueError(f"{text!r} is not HOST:PORT")
        if ":" in host and not bracketed:
            raise ValueError(f"{text!r}: write an IPv6 address in brackets, [{host}]:{port}")
        return cls(host[1:-1] if bracketed else host or "0.0.0.0", int(port))  # noqa: S104

    def listen(self) -> socket.socket:
        """A listening socket. Raises AddressInUse where it cannot be had."""
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(
                self.host, self.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
        except socket.gaierror as unknown:
            raise AddressInUse(f"cannot listen on {self}: {unknown.strerror}") from unknown
        listening = socket.socket(family, kind, protocol)
        try:
            # A predecessor's closed connections linger for a minute; they are no obstacle.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen(_BACKLOG)
        except OSError as error:
            listening.close()
            raise AddressInUse(f"cannot listen on {self}: {error.strerror}") from error
        return listening

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def of(listening: socket.socket) -> Address:
    """The address of a listening socket as programs on this machine reach it."""
    name: tuple[str, int] = listening.getsockname()[:2]
    host, port = name
    # A socket for every address is reached at the loopback address.
    local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host) or host  # noqa: S104
    return Address(local, port)


def url(listening: socket.socket) -> str:
    """The address of a listening socket as a browser on this machine opens it, without a path."""
    return f"http://{of(listening)}"
