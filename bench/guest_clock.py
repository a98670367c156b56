"""Stands between a dispatcher and its QEMU, and writes down when which of them was busy.

``guest_clock.py RECORD QEMU...`` passes the console through. RECORD gets a line for each piece:
the time in seconds (of the monotonic clock, which all processes share) and ``start``, ``out``
(the guest said something), ``in`` (the dispatcher typed something) or ``end``. It needs nothing
but Python, so that its own start costs little.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import termios
import time
import tty


def guest_seconds(record: str) -> float:
    """How long the guest was busy: from its start, or what was typed, to its last words.

    The rest of the time it waited for the dispatcher.
    """
    busy, since, last = 0.0, 0.0, 0.0
    for line in record.splitlines():
        clock, what = line.split()
        now = float(clock)
        if what in ("start", "in"):
            busy += last - since
            since = now
        last = max(now, since)
    return busy + last - since


def main(record: str, command: list[str]) -> int:
    """Run QEMU until it ends; its exit status."""
    if os.isatty(0):
        tty.setraw(0, termios.TCSANOW)
    file = os.open(record, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)

    def note(what: str) -> None:
        os.write(file, f"{time.monotonic():.6f} {what}\n".encode())

    note("start")
    # Whatever ends this process ends QEMU.
    words = ["setpriv", "--pdeathsig", "KILL", *command]
    guest = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert guest.stdin and guest.stdout
    to_guest, from_guest = guest.stdin.fileno(), guest.stdout.fileno()
    sources = [0, from_guest]
    while from_guest in sources:
        for source in select.select(sources, [], [])[0]:
            try:
                data = os.read(source, 65_536)
            except OSError:
                data = b""  # the terminal is gone
            if not data:
                sources.remove(source)
            elif source == from_guest:
                note("out")
                os.write(1, data)
            else:
                note("in")
                os.write(to_guest, data)
        if 0 not in sources:
            guest.kill()
    note("end")
    return guest.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
