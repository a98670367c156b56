"""The power switch of a virtual board: ``python -m pumice.boards.power LAB NAME on|off|reset``."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from pumice.boards import switches

WORDS = ("on", "off", "reset")

PATIENCE = 5.0
"""Seconds for the process that runs the boards to listen: it may just be started again."""

_PAUSE = 0.1


def main() -> int:
    """The command: its exit status is 0 where the board did what it should."""
    if len(sys.argv) != len(("power", "LAB", "NAME", "WORD")) or sys.argv[3] not in WORDS:
        sys.stderr.write(f"usage: pumice.boards.power LAB NAME {'|'.join(WORDS)}\n")
        return 2
    lab, name, word = sys.argv[1:]
    try:
        answer = _ask(Path(lab), f"{word} {name}")
    except OSError as error:
        sys.stderr.write(f"the virtual boards of {lab} do not run: {error}\n")
        return 1
    if answer != switches.OK:
        sys.stderr.write(f"{answer}\n")
        return 1
    return 0


def _ask(lab: Path, request: str) -> str:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return switches.ask(lab, request)
        except (FileNotFoundError, ConnectionRefusedError):
            if time.monotonic() >= until:
                raise
            time.sleep(_PAUSE)


if __name__ == "__main__":
    sys.exit(main())
