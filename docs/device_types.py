"""The part of docs/reference/device-types.md that follows from the shipped templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import yaml

from pumice.devices import library, variables

Table = Callable[[Iterable[str], Iterable[Iterable[str]]], str]
_MEANINGS = Path(__file__).parent / "device-variables.yaml"
_COMMENT = re.compile(r"\{#-(.*?)-#\}", re.S)


def families(table: Table) -> str:
    """A section a family: what it is for, and its variables with meaning and default."""
    return "\n".join(_sections(table))


def _sections(table: Table) -> Iterator[str]:
    meanings = _meanings()
    head = ("Variable", "Default", "Meaning")
    for name in sorted(library.families(), key=_first_the_bases):
        found = variables.own(name)
        text = library.read(f"{name}.jinja2") or ""
        about = _COMMENT.search(text)
        yield f"### {name}\n"
        yield f"{' '.join(about[1].split())}\n" if about else ""
        if parent := variables.parent(name):
            yield f"Extends [{parent}](#{parent}).\n"
        if found:
            rows = (
                (f"`{variable}`", f"`{default}`" if default else "", _meaning(variable, meanings))
                for variable, default in found.items()
            )
            yield table(head, rows)


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


def _meanings() -> list[tuple[re.Pattern[str], str]]:
    texts: dict[str, str] = yaml.safe_load(_MEANINGS.read_text("utf-8"))
    return [(re.compile(pattern), text) for pattern, text in texts.items()]


def _meaning(variable: str, meanings: list[tuple[re.Pattern[str], str]]) -> str:
    for pattern, text in meanings:
        if pattern.fullmatch(variable):
            return text
    raise LookupError(f"{_MEANINGS.name} does not say what {variable} means")
