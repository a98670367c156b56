"""The device types that Pumice ships: a Jinja template each.

Families, and boards that need more than values, are files (``base-uboot.jinja2``). Other boards
are rows of a table, one table a family (``boards/u-boot.yaml``). A row says what it ``extends``,
which variables have a ``default`` that a dictionary or a job's context may override, which are
``fixed`` whatever came before or ``computed`` by an expression, and which ``blocks`` of the family
it replaces. It becomes a template's text when it is asked for.

The variables have LAVA's names, since labs set them in their device dictionaries.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, cast

import yaml

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*\.jinja2")
_SUFFIX = ".jinja2"


@cache
def names() -> tuple[str, ...]:
    """The file names of all shipped templates, sorted: ``qemu.jinja2``."""
    return tuple(sorted({*_files(), *(name + _SUFFIX for name in _boards())}))


@cache
def families() -> tuple[str, ...]:
    """The types that have a file of their own, without suffix, sorted: families, and boards with
    logic of their own."""
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in _files()))


@cache
def read(name: str) -> str | None:
    """The text of a shipped template, or None where there is none of that name."""
    if name in _files():
        return files(__name__).joinpath(name).read_text("utf-8")
    board = _boards().get(name.removesuffix(_SUFFIX)) if name.endswith(_SUFFIX) else None
    return None if board is None else _template(board)


@cache
def _files() -> frozenset[str]:
    entries = files(__name__).iterdir()
    return frozenset(entry.name for entry in entries if _NAME.fullmatch(entry.name))


@cache
def _boards() -> dict[str, dict[str, Any]]:
    """The rows of all tables by the name of the board."""
    found: dict[str, dict[str, Any]] = {}
    for entry in files(__name__).joinpath("boards").iterdir():
        if entry.name.endswith(".yaml"):
            # The package's own file, so no need for the limits of pumice.formats.yaml.
            found |= yaml.load(entry.read_bytes(), Loader=yaml.CSafeLoader)
    return found


def _template(board: Mapping[str, Any]) -> str:
    """A row as the text of a template: LAVA's order, so that ``fixed`` wins over ``default``."""
    lines = [f"{{% extends '{board['extends']}{_SUFFIX}' %}}"]
    for name, value in _part(board, "default"):
        lines.append(f"{{% set {name} = {name} | default({json.dumps(value)}) %}}")
    for name, value in _part(board, "fixed"):
        lines.append(f"{{% set {name} = {json.dumps(value)} %}}")
    for name, expression in _part(board, "computed"):
        lines.append(f"{{% set {name} = {expression} %}}")
    for name, text in _part(board, "blocks"):
        lines.append(f"{{% block {name} scoped %}}\n{text}{{% endblock %}}")
    return "\n".join(lines) + "\n"


def _part(board: Mapping[str, Any], name: str) -> list[tuple[str, Any]]:
    return list(cast("Mapping[str, Any]", board.get(name) or {}).items())
