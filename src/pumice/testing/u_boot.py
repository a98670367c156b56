"""U-Boot without a machine, as a program: it loads files over real TFTP, then is any other board.

It stops at a key, and knows ``tftp ADDRESS PATH`` and the commands that start a kernel; all other
commands do nothing. The last file that was loaded from a folder ``ramdisk`` is the board's.

``--fault`` is what happens once 80 % of a file have come, for the first ``--faulty-boots``:
``gives-up`` (nothing more comes: it prints what U-Boot does then), ``silent`` (the board hangs),
``ends`` (its process does).

Source of the protocol: RFC 1350, RFC 2347, RFC 2349. Source of the texts: what U-Boot prints.
"""

from __future__ import annotations

import argparse
import os
import socket
import struct
import sys
import time
from pathlib import Path

from pumice.testing.board import become_terminal, boots, say

PROMPT = "=> "
_READ, _DATA, _ACKNOWLEDGE, _OPTIONS = 1, 3, 4, 6
_DIES_AT = 0.8
_SECONDS = 10


class _Died(Exception):
    """The transfer stops in the middle."""


def fetch(server: tuple[str, int], path: str, dies: bool) -> bytes:
    """Load a file. Raises _Died after 80 % of it where ``dies``, OSError where it does not come."""
    content, total = bytearray(), 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(_SECONDS)
        request = struct.pack("!H", _READ) + path.encode() + b"\0octet\0tsize\x000\0"
        client.sendto(request, server)
        while True:
            packet, source = client.recvfrom(1024)
            kind, block = struct.unpack("!HH", packet[:4])
            if kind == _OPTIONS:
                total, block = int(packet[2:].split(b"\0")[1]), 0
            elif kind == _DATA:
                content += packet[4:]
            else:
                raise OSError(packet[4:].decode(errors="replace"))
            if dies and len(content) >= _DIES_AT * total > 0:
                raise _Died
            client.sendto(struct.pack("!HH", _ACKNOWLEDGE, block), source)
            if kind == _DATA and len(packet) < 516:
                return bytes(content)


def _load(server: tuple[str, int], path: str, fault: str) -> bytes:
    say("Using ethernet@0 device", f"TFTP from server {server[0]}; our IP address is 192.0.2.2")
    say(f"Filename '{path}'.", "Load address: 0x80000000")
    sys.stdout.write("Loading: #########################")
    sys.stdout.flush()
    content = fetch(server, path, bool(fault))
    say("", "\t 1 MiB/s", "done", f"Bytes transferred = {len(content)} ({len(content):x} hex)")
    return content


def _die(fault: str) -> None:
    if fault == "ends":
        sys.exit(3)
    if fault == "gives-up":
        say(" T T T T T T T T T T ", "Retry count exceeded; starting again")
    time.sleep(3600)


def main() -> None:
    """Be the board."""
    parser = argparse.ArgumentParser(prog="pumice.testing.u_boot", allow_abbrev=False)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--server", required=True, help="HOST:PORT")
    parser.add_argument("--fault", choices=("gives-up", "silent", "ends"), default="")
    parser.add_argument("--faulty-boots", type=int, default=1_000_000)
    given = parser.parse_args()
    given.root.mkdir(parents=True, exist_ok=True)
    fault = given.fault if boots(given.root / "u-boots") <= given.faulty_boots else ""
    host, _, port = given.server.partition(":")
    become_terminal()
    say("U-Boot 2026.01 (scripted)", "Hit any key to stop autoboot:  3 ")
    sys.stdin.readline()
    ramdisk = given.root / "ramdisk"
    while True:
        sys.stdout.write(PROMPT)
        sys.stdout.flush()
        words = sys.stdin.readline().split()
        if words[:1] == ["tftp"]:
            try:
                content = _load((host, int(port)), words[2], fault)
            except _Died:
                _die(fault)
            else:
                if "/ramdisk/" in words[2]:
                    ramdisk.write_bytes(content)
        elif words and words[0] in ("bootm", "bootz", "booti"):
            say("", "Starting kernel ...", "")
            module = "pumice.testing.board"
            command = [sys.executable, "-m", module, "--root", str(given.root)]
            os.execv(sys.executable, [*command, "-initrd", str(ramdisk)])  # noqa: S606 - the same terminal


if __name__ == "__main__":
    main()
