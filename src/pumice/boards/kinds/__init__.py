"""The kinds of virtual boards: one module each, whose ``KIND`` is a
:class:`pumice.boards.board.Kind`. They are found by listing this folder."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import cast

from pumice.boards.board import Kind

ALIASES = {"qemu": "x86_64"}
"""Other names of kinds."""


def every() -> dict[str, Kind]:
    """All kinds, by name."""
    found = [_kind(module.name) for module in pkgutil.iter_modules(__path__)]
    return {kind.name: kind for kind in sorted(found, key=lambda kind: kind.name)}


def find(name: str) -> Kind:
    """The kind of a name or alias. Raises KeyError."""
    return every()[ALIASES.get(name, name)]


def _kind(module: str) -> Kind:
    return cast("Kind", import_module(f"{__name__}.{module}").KIND)
