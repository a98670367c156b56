"""The device types that Pumice ships: one Jinja template each.

The variables have LAVA's names, since labs set them in their device dictionaries.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*\.jinja2")


@cache
def names() -> tuple[str, ...]:
    """The file names of all shipped templates, sorted: ``qemu.jinja2``."""
    return tuple(
        sorted(entry.name for entry in files(__name__).iterdir() if _NAME.fullmatch(entry.name))
    )


@cache
def _text(name: str) -> str:
    return files(__name__).joinpath(name).read_text("utf-8")


def read(name: str) -> str | None:
    """The text of a shipped template, or None where there is none of that name."""
    return _text(name) if name in names() else None
