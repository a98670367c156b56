"""Writes and unpacks the archive that a Linux kernel has as its first root file system.

Format: "newc" (magic 070701), as ``Documentation/driver-api/early-userspace/buffer-format.rst``
of the Linux kernel describes. Owners are root and times are zero, so the same content gives the
same bytes; device nodes need no privilege, since they exist only inside the archive.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

_TRAILER = "TRAILER!!!"
_HEAD = 110
"""Bytes of an entry before its name: the magic, then 13 numbers of eight hexadecimal digits."""


class Archive:
    """A newc archive in memory: add entries, then take :meth:`bytes`.

    Folders above an entry are added by themselves. Paths are relative, without a leading ``/``.
    """

    def __init__(self) -> None:
        self._out = BytesIO()
        self._inode = 0
        self._folders: set[str] = set()

    def file(self, path: str, content: bytes, mode: int = 0o644) -> None:
        """Add a regular file with the permission bits of `mode`."""
        self._parents(path)
        self._entry(path, stat.S_IFREG | mode, content)

    def link(self, path: str, target: str) -> None:
        """Add a symbolic link at `path` that points to `target`."""
        self._parents(path)
        self._entry(path, stat.S_IFLNK | 0o777, target.encode())

    def folder(self, path: str, mode: int = 0o755) -> None:
        """Add a folder once; a second call for the same path changes nothing."""
        if path in self._folders:
            return
        self._parents(path)
        self._folders.add(path)
        self._entry(path, stat.S_IFDIR | mode, b"")

    def character_device(self, path: str, major: int, minor: int, mode: int = 0o600) -> None:
        """Add a character device node."""
        self._parents(path)
        self._entry(path, stat.S_IFCHR | mode, b"", device=(major, minor))

    def bytes(self) -> bytes:
        """The whole archive, with its trailer, padded to 512 bytes."""
        whole = self._out.getvalue() + self._record(_TRAILER, 0, 0, b"", (0, 0))
        return whole + bytes(-len(whole) % 512)

    def _parents(self, path: str) -> None:
        parent = path.rpartition("/")[0]
        if parent:
            self.folder(parent)

    def _entry(self, path: str, mode: int, data: bytes, device: tuple[int, int] = (0, 0)) -> None:
        self._inode += 1
        self._out.write(self._record(path, self._inode, mode, data, device))

    @staticmethod
    def _record(path: str, inode: int, mode: int, data: bytes, device: tuple[int, int]) -> bytes:
        name = path.encode() + b"\0"
        links = 2 if stat.S_ISDIR(mode) else 1
        # inode, mode, uid, gid, nlink, mtime, filesize, devmajor, devminor, rdevmajor,
        # rdevminor, namesize, check
        fields = (inode, mode, 0, 0, links, 0, len(data), 0, 0, *device, len(name), 0)
        head = b"070701" + b"".join(b"%08X" % field for field in fields) + name
        return head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4)


def unpack(archive: bytes, folder: Path) -> None:
    """Write the folders, files and links of one of our archives below `folder`.

    Device nodes are left out: making them needs privilege. Raises OSError.
    """
    for path, mode, content in _entries(archive):
        place = folder / path
        if stat.S_ISDIR(mode):
            place.mkdir(exist_ok=True)
        elif stat.S_ISLNK(mode):
            place.symlink_to(content.decode())
        elif stat.S_ISREG(mode):
            place.write_bytes(content)
        else:
            continue
        if not stat.S_ISLNK(mode):
            place.chmod(stat.S_IMODE(mode))


def _entries(archive: bytes) -> Iterator[tuple[str, int, bytes]]:
    """Path, mode and content of each entry, up to the trailer."""
    start = 0
    while True:
        fields = [int(archive[start + at : start + at + 8], 16) for at in range(6, _HEAD, 8)]
        mode, size, name_size = fields[1], fields[6], fields[11]
        name_end = start + _HEAD + name_size
        path = archive[start + _HEAD : name_end - 1].decode()
        if path == _TRAILER:
            return
        data = name_end + -(name_end - start) % 4
        yield path, mode, archive[data : data + size]
        start = data + size + -size % 4
