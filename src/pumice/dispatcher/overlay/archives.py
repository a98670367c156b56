"""Archives of tests, unpacked so that nothing of them leaves its folder."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from pumice.dispatcher.errors import InfrastructureError, JobError

MOST_MEMBERS = 200_000
MOST_BYTES = 8 << 30
"""How much an archive may unpack to."""


def unpack(archive: Path, folder: Path, strip: int = 0) -> None:
    """Unpack a tar archive, compressed or not, into a folder that is made.

    The first ``strip`` parts of each path are dropped, and what has no more is left out.
    Raises JobError for what is no tar archive, would leave the folder, or is too large;
    InfrastructureError where the disk does not take it.
    """
    folder.mkdir(parents=True)
    try:
        with tarfile.open(archive) as tar:
            tar.extractall(folder, members=_members(tar, strip), filter="data")
    except tarfile.FilterError as error:
        raise JobError(f"the archive {archive.name} is refused: {error}") from error
    except (tarfile.TarError, EOFError, UnicodeError) as error:
        raise JobError(f"{archive.name} is not a whole tar archive: {error}") from error
    except OSError as error:
        if error.errno is None:  # what the libraries of compressions raise
            raise JobError(f"{archive.name} is not a whole tar archive: {error}") from error
        raise InfrastructureError(f"cannot unpack {archive.name}: {error.strerror}") from error


def _members(tar: tarfile.TarFile, strip: int) -> Iterator[tarfile.TarInfo]:
    size = 0
    for number, member in enumerate(tar):
        size += member.size
        if number >= MOST_MEMBERS or size > MOST_BYTES:
            raise JobError(
                f"the archive holds more than {MOST_MEMBERS} files or {MOST_BYTES >> 30} GiB"
            )
        name = _stripped(member.name, strip)
        if not name:
            continue
        # A hard link names another member, a symbolic one a path of the board.
        link = _stripped(member.linkname, strip) if member.islnk() else member.linkname
        yield member.replace(name=name, linkname=link, deep=False)


def _stripped(path: str, strip: int) -> str:
    if not strip:
        return path
    parts = [part for part in PurePosixPath(path).parts if part not in ("/", ".")]
    return "/".join(parts[strip:])
