"""A job's spool: the file to which the dispatcher appends every record, in order.

The spool is ``logs.yaml`` in the job's output folder: one line a record, ``- `` before it and a
newline after it, exactly as the server stores it. A record's position is its line number,
counted from 0. A line without its newline is one that the dispatcher was writing when it died:
it does not count, and a writer that continues the file cuts it off first.

Beside it stand ``result.yaml`` (the final result), ``description.yaml`` (the plan), and, while the
job has something outside its folder, ``undo.jsonl``, which says what is to be undone.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

LOGS = "logs.yaml"
RESULT = "result.yaml"
DESCRIPTION = "description.yaml"
UNDO = "undo.jsonl"
_BLOCK = 1 << 16


class Spool:
    """Append to a spool, after cutting off a line that was never finished."""

    def __init__(self, path: Path) -> None:
        """Open the file, creating it. ``position`` is then the number of records in it."""
        self._file: BinaryIO = path.open("a+b", buffering=0)
        self.position = _cut_back(self._file)

    def append(self, records: list[str]) -> None:
        """Write records (without ``- `` and newline) with one system call where possible.

        Raises OSError where the disk does not take all of them: none of them is then in the file.
        """
        data = "".join(f"- {record}\n" for record in records).encode()
        before = os.fstat(self._file.fileno()).st_size
        view = memoryview(data)
        try:
            while view:
                view = view[self._file.write(view) :]
        except OSError:
            self._file.truncate(before)
            raise
        self.position += len(records)

    def sync(self) -> None:
        """Return when everything appended is on the disk."""
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class SpoolReader:
    """Read complete records from a position on, while another process appends."""

    def __init__(self, path: Path, position: int = 0) -> None:
        """``position`` is the number of records to skip. The file may not exist yet."""
        self._path = path
        self._offset: int | None = 0 if position == 0 else None
        self.position = position

    def read(self, max_records: int, max_bytes: int) -> list[bytes]:
        """The next complete lines, each with ``- `` and without newline; may be empty.

        Returns at least one record where one is complete, then stops before ``max_bytes``.
        The position moves only with :meth:`advance`, so a failed upload reads them again.
        """
        try:
            file = self._path.open("rb")
        except FileNotFoundError:
            return []
        with file:
            if self._offset is None:
                self._offset = _offset_of(file, self.position)
            file.seek(self._offset)
            lines: list[bytes] = []
            size = 0
            while len(lines) < max_records:
                line = file.readline()
                if not line.endswith(b"\n") or (lines and size + len(line) > max_bytes):
                    break
                lines.append(line[:-1])
                size += len(line)
            return lines

    def advance(self, lines: list[bytes]) -> None:
        """Count these lines, which :meth:`read` gave first, as done."""
        if self._offset is None:
            raise RuntimeError("advance() comes after read()")
        self._offset += sum(len(line) + 1 for line in lines)
        self.position += len(lines)


def _cut_back(file: BinaryIO) -> int:
    file.seek(0)
    count = end = offset = 0
    while block := file.read(_BLOCK):
        count += block.count(b"\n")
        last = block.rfind(b"\n")
        if last >= 0:
            end = offset + last + 1
        offset += len(block)
    if end != offset:
        file.truncate(end)
    file.seek(0, os.SEEK_END)
    return count


def _offset_of(file: BinaryIO, position: int) -> int:
    file.seek(0)
    for _ in range(position):
        if not file.readline().endswith(b"\n"):
            raise ValueError(f"the spool holds fewer than {position} records")
    return file.tell()
