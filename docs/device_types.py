"""The pages of the device types, from the shipped templates: an index, and a page a family."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import yaml

from pumice.devices import library, variables

Table = Callable[[Iterable[str], Iterable[Iterable[str]]], str]
FOLDER = Path(__file__).parent / "reference" / "device-types"
_MEANINGS = Path(__file__).parent / "device-variables.yaml"
_COMMENT = re.compile(r"\{#-(.*?)-#\}", re.S)


def families(table: Table) -> str:
    """The index: a row a family, with what it extends and the types that are made of it."""
    rows = (
        (
            f"[{name}](device-types/{name}.md)",
            _link(variables.parent(name), "device-types/"),
            str(len(variables.own(name))),
            str(len(_members().get(name, ()))),
        )
        for name in sorted(library.families(), key=_first_the_bases)
    )
    return table(("Family", "Extends", "Variables of its own", "Device types"), rows)


def pages(table: Table) -> dict[Path, str]:
    """The whole text of each family's page, by its file."""
    return {FOLDER / f"{name}.md": "\n".join(_page(name, table)) for name in library.families()}


def _page(name: str, table: Table) -> Iterator[str]:
    yield f"# {name}\n"
    yield f"For administrators: the variables of dictionaries that extend `{name}.jinja2`.\n"
    about = _COMMENT.search(library.read(f"{name}.jinja2") or "")
    yield f"{' '.join(about[1].split())}\n" if about else ""
    parent = variables.parent(name)
    if parent:
        yield f"Extends {_link(parent)}, whose variables apply as well.\n"
    yield "All families are in [the index](../device-types.md).\n"
    found = variables.own(name)
    if found:
        yield "## Variables\n"
        rows = (
            (f"`{variable}`", f"`{default}`" if default else "", _meaning(variable))
            for variable, default in found.items()
        )
        yield table(("Variable", "Default", "Meaning"), rows)
    if members := _members().get(name):
        yield "## Device types\n"
        yield f"{', '.join(f'`{member}`' for member in members)}\n"


@cache
def _members() -> dict[str, list[str]]:
    """The rows of tables that each family is the nearest of."""
    found: dict[str, list[str]] = {}
    for file_name in library.names():
        name = file_name.removesuffix(".jinja2")
        if name not in library.families():
            found.setdefault(_family(name), []).append(name)
    return found


def _family(name: str) -> str:
    while name not in library.families():
        parent = variables.parent(name)
        if parent is None:
            raise LookupError(f"{name} is of no family")
        name = parent
    return name


def _link(name: str | None, folder: str = "") -> str:
    return f"[{name}]({folder}{name}.md)" if name else ""


def boards(table: Table) -> str:
    """Every board that is a row of a table, by what it extends."""
    found: dict[str, list[str]] = {}
    for file_name in library.names():
        name = file_name.removesuffix(".jinja2")
        if name not in library.families():
            found.setdefault(variables.parent(name) or "", []).append(f"`{name}`")
    rows = ((f"`{parent}`", ", ".join(names)) for parent, names in sorted(found.items()))
    return table(("Extends", "Device types"), rows)


def _first_the_bases(name: str) -> tuple[bool, bool, str]:
    return (name != "base", not name.startswith("base"), name)


@cache
def _meanings() -> list[tuple[re.Pattern[str], str]]:
    texts: dict[str, str] = yaml.safe_load(_MEANINGS.read_text("utf-8"))
    return [(re.compile(pattern), text) for pattern, text in texts.items()]


def _meaning(variable: str) -> str:
    for pattern, text in _meanings():
        if pattern.fullmatch(variable):
            return text
    raise LookupError(f"{_MEANINGS.name} does not say what {variable} means")
