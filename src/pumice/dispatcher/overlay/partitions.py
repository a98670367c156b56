"""Where a partition of a disk image begins, as ``sfdisk`` reads its table (GPT or MBR).

Source of the format: sfdisk(8), ``--json``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import orjson

from pumice.dispatcher.errors import JobError
from pumice.dispatcher.host.processes import find, run

_PROGRAM = "sfdisk"
_NUMBER = re.compile(r"\d+\Z")


def installed() -> None:
    """Check that sfdisk is there. Raises ConfigurationError."""
    find(_PROGRAM)


async def offset(image: Path, number: int) -> int:
    """The first byte of a partition; they are counted from 0, in the order of their numbers.

    Raises JobError where the image has no such partition.
    """
    status, said = await run([find(_PROGRAM), "--json", str(image)])
    if status != 0:
        raise JobError(f"{image.name} has no table of partitions: {_last(said)}")
    table: dict[str, Any] = orjson.loads(said)["partitiontable"]
    found = sorted(table.get("partitions", []), key=_order)
    if number >= len(found):
        raise JobError(
            f"{image.name} has no partition {number}: it has {len(found)}, counted from 0"
        )
    return int(found[number]["start"]) * int(table.get("sectorsize", 512))


def _order(partition: dict[str, Any]) -> int:
    digits = _NUMBER.search(str(partition["node"]))
    return int(digits[0]) if digits else 0


def _last(said: str) -> str:
    return said.splitlines()[-1].strip() if said else "sfdisk says nothing"
