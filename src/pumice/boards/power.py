"""The power switch of a virtual board: ``python -m pumice.boards.power LAB NAME on|off|reset``."""

from __future__ import annotations

import sys
from pathlib import Path

from pumice.boards import switches

WORDS = ("on", "off", "reset")


def main() -> int:
    """The command: its exit status is 0 where the board did what it should."""
    if len(sys.argv) != len(("power", "LAB", "NAME", "WORD")) or sys.argv[3] not in WORDS:
        sys.stderr.write(f"usage: pumice.boards.power LAB NAME {'|'.join(WORDS)}\n")
        return 2
    lab, name, word = sys.argv[1:]
    try:
        answer = switches.ask(Path(lab), f"{word} {name}")
    except OSError as error:
        sys.stderr.write(f"the virtual boards of {lab} do not run: {error}\n")
        return 1
    if answer != switches.OK:
        sys.stderr.write(f"{answer}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
