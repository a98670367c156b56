"""Ranges of a log as HTML, cut at fixed places so that pages can keep and drop them whole."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from pumice.server.logs import read
from pumice.server.web.logs.lines import to_line

CHUNK = 250
"""Lines of a piece: pieces begin at its multiples."""

MAX_BYTES = 512 * 1024
"""A piece whose stored lines are longer is cut short (but never empty)."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines from ``start`` to ``end`` (not included) as HTML; the log had ``total`` lines."""

    start: int
    end: int
    total: int
    html: str

    def as_json(self) -> dict[str, int | str]:
        """What the range's address and the ``log`` event carry."""
        return {"start": self.start, "end": self.end, "total": self.total, "html": self.html}


def piece(job_id: int, start: int, end: int | None = None, hide: Collection[str] = ()) -> Piece:
    """The lines from ``start`` on, at most to the end of their piece or ``end``.

    Lines of the levels in ``hide`` are left out; ``end`` of the answer still goes past them.
    Empty where the log has no such line.
    """
    total = read.count(job_id)
    limit = min((start // CHUNK + 1) * CHUNK, total, total if end is None else end)
    parts: list[str] = []
    size = 0
    for number, stored in enumerate(read.lines(job_id, start, limit), start):
        size += len(stored)
        if parts and size > MAX_BYTES:
            break
        parts.append(to_line(job_id, number, stored, hide))
    return Piece(start, start + len(parts), total, "".join(parts))
