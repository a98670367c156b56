"""The telnet protocol as a console server speaks it, such as ser2net.

Format: RFC 854 (commands, the network virtual terminal), RFC 855 (options), RFC 856 (binary
transmission), RFC 857 (echo), RFC 858 (suppress go ahead). With a client that agrees to binary
transmission every byte goes through as it is. With one that does not, as a carriage return is
followed by a line feed or a NUL there, that NUL comes and goes here. A client that does not speak
telnet at all may send anything but the byte 255.
"""

from __future__ import annotations

import re

_BINARY, _ECHO, _GO_AHEAD = 0, 1, 3
_SE, _SB, _WILL, _WONT, _DO, _DONT, _IAC = 240, 250, 251, 252, 253, 254, 255
_CR, _NUL = 13, 0
_LONE_CR = re.compile(rb"\r(?!\n|$)", re.DOTALL)

_OURS = (_ECHO, _GO_AHEAD, _BINARY)
_WANTED = (_BINARY, _GO_AHEAD)

GREETING = b"".join(
    [
        *(bytes((_IAC, _WILL, option)) for option in _OURS),
        *(bytes((_IAC, _DO, option)) for option in _WANTED),
    ]
)
"""What the server says first: the board echoes, and bytes are bytes in both directions."""


class Telnet:
    """The server's side of one connection. Bytes in, bytes out; it reads and writes nothing."""

    def __init__(self) -> None:
        self._we_do: set[int] = set()
        self._they_do: set[int] = set()
        self._read = self._data
        self._command = 0
        self._sent_cr = False
        self._payload = bytearray()
        self._answer = bytearray()

    def receive(self, data: bytes) -> tuple[bytes, bytes]:
        """What came from the client: what it typed, and what to answer to its telnet."""
        self._payload.clear()
        self._answer.clear()
        for byte in data:
            self._read(byte)
        return bytes(self._payload), bytes(self._answer)

    def send(self, data: bytes) -> bytes:
        """What to write so that the client gets `data`."""
        if _BINARY not in self._we_do:
            if self._sent_cr and not data.startswith(b"\n"):
                data = b"\0" + data
            self._sent_cr = data.endswith(b"\r")
            data = _LONE_CR.sub(b"\r\0", data)
        elif self._sent_cr:
            data, self._sent_cr = b"\0" + data, False
        return data.replace(b"\xff", b"\xff\xff")

    def _data(self, byte: int) -> None:
        if byte == _IAC:
            self._read = self._after_iac
            return
        self._payload.append(byte)
        if byte == _CR and _BINARY not in self._they_do:
            self._read = self._after_cr

    def _after_cr(self, byte: int) -> None:
        self._read = self._data
        if byte != _NUL:
            self._data(byte)

    def _after_iac(self, byte: int) -> None:
        self._read = self._data
        if byte == _IAC:
            self._payload.append(byte)
        elif byte == _SB:
            self._read = self._in_option
        elif _WILL <= byte <= _DONT:
            self._command = byte
            self._read = self._option
        # Others, such as "are you there", ask nothing of a serial line.

    def _in_option(self, byte: int) -> None:
        if byte == _IAC:
            self._read = self._in_option_after_iac

    def _in_option_after_iac(self, byte: int) -> None:
        self._read = self._data if byte == _SE else self._in_option

    def _option(self, option: int) -> None:
        self._read = self._data
        if self._command == _WILL:
            self._agree(option, _WANTED, self._they_do, _DONT)
        elif self._command == _DO:
            self._agree(option, _OURS, self._we_do, _WONT)
        elif self._command == _WONT:
            self._stop(option, self._they_do, _DONT)
        else:
            self._stop(option, self._we_do, _WONT)

    def _agree(self, option: int, known: tuple[int, ...], done: set[int], refusal: int) -> None:
        """The answer to what was offered; to what we asked for ourselves there is none."""
        if option in known:
            done.add(option)
        else:
            self._answer += bytes((_IAC, refusal, option))

    def _stop(self, option: int, done: set[int], agreement: int) -> None:
        if option in done:
            done.remove(option)
            self._answer += bytes((_IAC, agreement, option))
