"""Android's sparse images, by the programs simg2img and img2simg."""

from __future__ import annotations

from pathlib import Path

from pumice.dispatcher.errors import JobError
from pumice.dispatcher.host.processes import find, run

_TO_RAW, _TO_SPARSE = "simg2img", "img2simg"


def installed() -> None:
    """Check that the programs are there. Raises ConfigurationError."""
    find(_TO_RAW)
    find(_TO_SPARSE)


async def to_raw(image: Path) -> None:
    """Turn a sparse image into one that holds every block. Raises JobError."""
    await _convert(_TO_RAW, image)


async def to_sparse(image: Path) -> None:
    """Turn an image into a sparse one. Raises JobError."""
    await _convert(_TO_SPARSE, image)


async def _convert(program: str, image: Path) -> None:
    other = image.with_name(f"{image.name}.new")
    status, said = await run([find(program), str(image), str(other)])
    if status != 0:
        other.unlink(missing_ok=True)
        raise JobError(f"{program} cannot read {image.name}: {said}")
    other.replace(image)
