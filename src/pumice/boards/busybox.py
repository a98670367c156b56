"""The commands of a busybox, read from the program itself.

So a busybox of another architecture need not run here. Source: busybox's ``applet_tables.h``: the
names, sorted, each with its NUL, one after the other; ``[`` and ``[[`` come first.
"""

from __future__ import annotations

from pumice.boards.errors import ImageError

_FIRST = b"\0[\0[[\0"


def commands(program: bytes) -> list[str]:
    """The names of all commands. Raises ImageError where the program has no such table."""
    start = program.find(_FIRST) + 1
    end = program.find(b"\0\0", start)
    names = program[start:end].decode("ascii", "replace").split("\0")
    if not start or names != sorted(names):
        raise ImageError("the package's busybox has no table of its commands")
    return names
