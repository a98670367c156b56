"""Paths through the symbolic links of a file system that is not the host's."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from pumice.dispatcher.errors import JobError

_MOST = 40
"""Links that one path may lead through: as many as Linux follows."""


def resolved(path: str, target: Callable[[str], str | None], *, last: bool = True) -> str:
    """The path without links, relative to the file system's root, from which none leads out.

    ``target`` gives what the link at such a path holds, or None where there is no link; with
    ``last`` false the path's last part is not followed. Raises JobError for links in a circle.
    """
    todo = list(PurePosixPath(path).parts)
    done: list[str] = []
    followed = 0
    while todo:
        part = todo.pop(0)
        if part in ("/", "."):
            continue
        if part == "..":
            del done[-1:]
            continue
        here = "/".join([*done, part])
        link = target(here) if todo or last else None
        if link is None:
            done.append(part)
            continue
        followed += 1
        if followed > _MOST:
            raise JobError(f"the path {path!r} leads through too many symbolic links")
        if link.startswith("/"):
            done = []
        todo = [*PurePosixPath(link).parts, *todo]
    return "/".join(done)


def inside(root: Path, path: str, *, last: bool = True) -> Path:
    """Where a path of the file system below ``root`` lies on the host; never outside of it."""

    def target(place: str) -> str | None:
        try:
            return os.readlink(root / place)  # noqa: PTH115 - its text as it is
        except OSError:
            return None

    return root / resolved(path, target, last=last)
