"""What is put over a downloaded file, whatever that is: the entries of each of its overlays."""

from __future__ import annotations

import tarfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from pumice.dispatcher.errors import JobError
from pumice.dispatcher.overlay.tree import Entry, Tree
from pumice.dispatcher.step import Step

Placed = tuple[str, Entry]
"""An entry and where it is put, an absolute path. All belongs to root."""


def of_all(step: Step, overlays: Iterable[Mapping[str, Any]]) -> Iterator[Placed]:
    """The entries of a download's overlays, in order: a later one wins.

    An overlay is ``{"lava": True}``, the job's own, or a downloaded file with its ``label``,
    ``format`` (``file`` or ``tar``) and ``path``. Raises JobError.
    """
    for overlay in overlays:
        if "lava" in overlay:
            if step.state.overlay is None:
                raise JobError("there is no overlay to put into the file")
            yield from of_tree(step.state.overlay)
            continue
        source, path = step.state.images[str(overlay["label"])].path, str(overlay["path"])
        if overlay["format"] == "tar":
            yield from _of_tar(source, path)
        else:
            yield path, Entry(source, 0o644)


def of_tree(tree: Tree, *, others: bool = True) -> Iterator[Placed]:
    """The entries of the job's own overlay, its root first, then what belongs elsewhere."""
    yield tree.root, Entry(None, 0o755)
    for path, entry in tree:
        yield f"{tree.root}/{path}", entry
    if others:
        yield from tree.others.items()


def _of_tar(source: Path, path: str) -> Iterator[Placed]:
    try:
        with tarfile.open(source) as tar:
            for member in tar:
                place = PurePosixPath("/", path, member.name.lstrip("/"))
                if ".." in place.parts:
                    raise JobError(f"{member.name!r} leads out of the archive {source.name}")
                mode = member.mode & 0o7777
                if member.isdir():
                    yield str(place), Entry(None, mode)
                elif member.issym():
                    yield str(place), Entry(member.linkname.encode(), 0o777, link=True)
                elif member.isfile() or member.islnk():
                    file = tar.extractfile(member)
                    if file is not None:
                        yield str(place), Entry(file.read(), mode)
    except (tarfile.TarError, EOFError, KeyError) as error:
        raise JobError(f"{source.name} is not a whole tar archive: {error}") from error
