"""A tree of files in memory, before it becomes a disk image or an archive."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath


@dataclass(frozen=True, slots=True)
class Entry:
    """A file with its data, or a directory (None); ``mode`` is the permissions.

    Data that is a path is that file of the host, read when it is wanted. Of a symbolic link
    the data is where it points to.
    """

    data: bytes | Path | None
    mode: int
    link: bool = False

    @property
    def content(self) -> bytes | None:
        """The data as bytes. Raises OSError."""
        return self.data.read_bytes() if isinstance(self.data, Path) else self.data

    @property
    def target(self) -> str:
        """Where a symbolic link points to; empty for all else."""
        return os.fsdecode(self.content or b"") if self.link else ""


class Tree:
    """Paths are absolute on the board; parents are made as needed.

    ``others`` are the few entries that belong elsewhere than below the root, by absolute path,
    each folder before what is in it.
    """

    def __init__(self, root: str) -> None:
        """``root`` is the directory that all of it lies in, for example ``/lava-1``."""
        self.root = str(PurePosixPath("/", root))
        self._entries: dict[str, Entry] = {}
        self.others: dict[str, Entry] = {}

    def file(self, path: str, content: str | bytes, mode: int = 0o644) -> None:
        """Put a file at a path below the root, in place of what is there.

        Raises ValueError for a path that leads out of the root, or below a file or a link.
        """
        data = content.encode() if isinstance(content, str) else content
        self._put(path, Entry(data, mode))

    def beside(self, path: str, content: str | None, mode: int) -> None:
        """Put a file, or a directory (None), at an absolute path outside of the root."""
        self.others[path] = Entry(None if content is None else content.encode(), mode)

    def directory(self, path: str, mode: int = 0o755) -> None:
        """Put a directory at a path below the root."""
        self._put(path, Entry(None, mode))

    def link(self, path: str, target: str) -> None:
        """Put a symbolic link at a path below the root; ``target`` is never followed here."""
        self._put(path, Entry(os.fsencode(target), 0o777, link=True))

    def folder(self, path: str, source: Path) -> None:
        """Put all that is in a folder of the host at a path below the root.

        Symbolic links stay links, whatever they point to; what is neither file, folder nor link
        is left out. The files must stay until the tree is written. Raises OSError.
        """
        self.directory(path)
        for parent, folders, files in os.walk(source):
            here = PurePosixPath(path, Path(parent).relative_to(source).as_posix())
            for name in (*folders, *files):
                entry = Path(parent, name)
                mode = entry.lstat().st_mode
                if stat.S_ISLNK(mode):
                    self.link(str(here / name), os.readlink(entry))  # noqa: PTH115 - as it is
                elif stat.S_ISDIR(mode):
                    self.directory(str(here / name))
                elif stat.S_ISREG(mode):
                    executable = 0o755 if mode & stat.S_IXUSR else 0o644
                    self._put(str(here / name), Entry(entry, executable))

    def _put(self, path: str, entry: Entry) -> None:
        place = PurePosixPath(path)
        if place.is_absolute() or ".." in place.parts:
            raise ValueError(f"{path!r} does not lie below the overlay's root")
        for parent in reversed(place.parents[:-1]):
            if self._entries.setdefault(str(parent), Entry(None, 0o755)).data is not None:
                raise ValueError(f"{path!r} lies below {str(parent)!r}, which is no directory")
        before = self._entries.get(str(place))
        if before is not None and before.data is None and entry.data is not None:
            for other in [name for name in self._entries if name.startswith(f"{place}/")]:
                del self._entries[other]
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
            content = entry.content
            if entry.link:
                place.symlink_to(entry.target)
                continue
            if content is None:
                place.mkdir()
            else:
                place.write_bytes(content)
            place.chmod(entry.mode)
