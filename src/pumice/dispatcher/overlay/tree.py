"""A tree of files in memory, before it becomes a disk image or an archive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath


@dataclass(frozen=True, slots=True)
class Entry:
    """A file with its content, or a directory (content None); ``mode`` is the permissions."""

    content: bytes | None
    mode: int


class Tree:
    """Paths are absolute on the board; parents are made as needed."""

    def __init__(self, root: str) -> None:
        """``root`` is the directory that all of it lies in, for example ``/lava-1``."""
        self.root = str(PurePosixPath("/", root))
        self._entries: dict[str, Entry] = {}

    def file(self, path: str, content: str | bytes, mode: int = 0o644) -> None:
        """Put a file at a path below the root, in place of one that is there."""
        data = content.encode() if isinstance(content, str) else content
        self._put(path, Entry(data, mode))

    def directory(self, path: str, mode: int = 0o755) -> None:
        """Put a directory at a path below the root."""
        self._put(path, Entry(None, mode))

    def _put(self, path: str, entry: Entry) -> None:
        place = PurePosixPath(path)
        if place.is_absolute() or ".." in place.parts:
            raise ValueError(f"{path!r} does not lie below the overlay's root")
        for parent in reversed(place.parents[:-1]):
            self._entries.setdefault(str(parent), Entry(None, 0o755))
        self._entries[str(place)] = entry

    def __iter__(self) -> Iterator[tuple[str, Entry]]:
        """Every entry by its path below the root, each directory before what is in it."""
        return iter(sorted(self._entries.items()))

    def __contains__(self, path: str) -> bool:
        return path in self._entries

    def write(self, folder: Path) -> None:
        """Write it into a folder of the host, which must not be there yet. Raises OSError."""
        folder.mkdir(mode=0o755)
        for path, entry in self:
            place = folder / path
            if entry.content is None:
                place.mkdir()
            else:
                place.write_bytes(entry.content)
            place.chmod(entry.mode)
