"""The overlay as a compressed tar archive, for boards that unpack it themselves."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

from pumice.dispatcher.overlay import entries
from pumice.dispatcher.overlay.tree import Tree


def write(
    path: Path, tree: Tree, files: Mapping[str, Path] | None = None, *, others: bool = True
) -> None:
    """Write the tree to ``path``, as a tar archive to be unpacked at the board's root.

    ``others`` tells whether what belongs elsewhere than below the tree's root comes along.
    ``files`` are further files of the host by their place below the tree's root. Everything
    belongs to root. The same tree gives the same bytes. Raises OSError.
    """
    root = tree.root.strip("/")
    with tarfile.open(path, "w:gz", compresslevel=1, format=tarfile.GNU_FORMAT) as archive:
        for name, entry in entries.of_tree(tree, others=others):
            kind = tarfile.REGTYPE
            if entry.link:
                kind = tarfile.SYMTYPE
            elif entry.data is None:
                kind = tarfile.DIRTYPE
            info = _entry(name.lstrip("/"), entry.mode, kind)
            info.linkname = entry.target
            content = entry.content if kind == tarfile.REGTYPE else None
            info.size = len(content or b"")
            archive.addfile(info, io.BytesIO(content) if content is not None else None)
        for name, source in (files or {}).items():
            info = _entry(f"{root}/{name}", 0o644, tarfile.REGTYPE)
            info.size = source.stat().st_size
            with source.open("rb") as content:
                archive.addfile(info, content)


def _entry(name: str, mode: int, kind: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.mode, info.type = mode, kind
    info.uname = info.gname = "root"
    return info
