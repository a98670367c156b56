"""What is wrong with a virtual board on purpose: :data:`pumice.boards.board.FAULTS` at work."""

from __future__ import annotations

import random
import re

BAUD = 9600
_BITS = 10
"""Of a byte on a serial line: a start bit, eight of data, a stop bit."""

_LOGIN = re.compile(rb"login: ?")
# U-Boot loads a file, iPXE is some percent through one; or nobody said that anything was loaded.
_LOADS = re.compile(rb"Loading: |\.\.\. +[0-9]+%|login: ?")
_LONGEST = 256
_PATIENCE = 256 * 1024
"""Bytes after which a kernel panics that asks for no login."""

_ERRORS = 1 / 50
_SEED = 1

PANIC = (
    b"\r\n[    9.876543] Kernel panic - not syncing: Attempted to kill init! exitcode=0x0000000b"
    b"\r\n[    9.876544] CPU: 0 PID: 1 Comm: init Not tainted"
    b"\r\n[    9.876545] ---[ end Kernel panic - not syncing: Attempted to kill init! "
    b"exitcode=0x0000000b ]---\r\n"
)


class Line:
    """A serial line with a fault, from power on to power off.

    ``chunk`` is how many bytes to read at once, ``pace`` how many go through in a second, None
    where that does not matter. ``cut`` becomes true when the network shall be cut, ``dead`` when
    the board shall stand still.
    """

    def __init__(self, fault: str | None) -> None:
        self._fault = fault
        self._random = random.Random(_SEED)  # noqa: S311 - the same errors each time
        self._tail = b""
        self._heard = 0
        self.pace = BAUD / _BITS if fault == "slow" else None
        self.chunk = 96 if fault == "slow" else 65536
        self.cut = False
        self.dead = False

    def carry(self, data: bytes) -> bytes:
        """What arrives of what the board says."""
        if self._fault == "silent":
            return b""
        if self._fault == "garbled":
            return bytes(self._garbled(byte) for byte in data)
        if self._fault == "panics":
            return self._until_panic(data)
        if self._fault == "drops-network" and not self.cut:
            self.cut = self._find(_LOADS, data) is not None
        return data

    def _garbled(self, byte: int) -> int:
        wrong = self._random.random() < _ERRORS
        return byte ^ 1 << self._random.randrange(8) if wrong else byte

    def _until_panic(self, data: bytes) -> bytes:
        if self.dead:
            return b""
        place = self._find(_LOGIN, data)
        self._heard += len(data)
        if place is None and self._heard < _PATIENCE:
            return data
        self.dead = True
        return data[:place] + PANIC

    def _find(self, pattern: re.Pattern[bytes], data: bytes) -> int | None:
        """Where in `data` the pattern begins, 0 where it began before."""
        before = len(self._tail)
        whole = self._tail + data
        self._tail = whole[-_LONGEST:]
        found = pattern.search(whole)
        return None if found is None else max(0, found.start() - before)
