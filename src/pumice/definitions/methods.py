"""Finding the module of a deploy method, a boot method or a kind of test.

Each is one module in ``deploy``, ``boot`` or ``test``; the folders are the list. A module is
imported when a job names it.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import ClassVar, Literal, Protocol, cast

import pumice.definitions.boot
import pumice.definitions.deploy
import pumice.definitions.test
from pumice.definitions.keys import Action
from pumice.formats.schema import nearest, shorten

Kind = Literal["deploy", "boot", "test"]

_FOLDERS = {
    "deploy": pumice.definitions.deploy,
    "boot": pumice.definitions.boot,
    "test": pumice.definitions.test,
}
_NOUNS = {"deploy": "deploy method", "boot": "boot method", "test": "kind of test"}

_WITH_UNDERSCORE = frozenset({"new_connection"})
"""Names that are written with ``_``; in all others a module's ``_`` stands for ``-``."""


def _listed(kind: Kind) -> dict[str, str]:
    """The module of each name, from the folder: no module is imported."""
    stems = sorted(found.name for found in pkgutil.iter_modules(_FOLDERS[kind].__path__))
    return {stem if stem in _WITH_UNDERSCORE else stem.replace("_", "-"): stem for stem in stems}


_MODULES: dict[Kind, dict[str, str]] = {kind: _listed(kind) for kind in ("deploy", "boot", "test")}

KNOWN: dict[Kind, tuple[str, ...]] = {kind: tuple(found) for kind, found in _MODULES.items()}
"""Every name that job definitions have, whether this version runs it or not."""


class Method(Protocol):
    """What a module of a method offers to validation."""

    NAME: ClassVar[str]
    """The name in job definitions."""

    Keys: ClassVar[type[Action]]
    """The model of the action."""

    RUNS: ClassVar[bool]
    """Whether this version runs it; what it does not run is checked all the same."""

    NOT_RUN: ClassVar[tuple[str, ...]]
    """Keys that the model knows and that this version cannot act on yet."""


@cache
def names(kind: Kind) -> tuple[str, ...]:
    """The names of all that this version runs of a kind, sorted."""
    return tuple(sorted(name for name in KNOWN[kind] if find(kind, name) is not None))


def known(kind: Kind, name: str) -> Method | None:
    """The module of a name, whether this version runs it or not; None where there is none."""
    stem = _MODULES[kind].get(name)
    return None if stem is None else _load(kind, stem)


def find(kind: Kind, name: str) -> Method | None:
    """The module of a name, or None where this version does not run it."""
    method = known(kind, name)
    return method if method is not None and method.RUNS else None


def refusal(kind: Kind, name: object) -> str:
    """Why a name cannot run, and what can."""
    runs = ", ".join(names(kind))
    if name in KNOWN[kind]:
        return f"this version of Pumice does not run the {_NOUNS[kind]} {name!r}: it runs {runs}"
    meant = nearest(name, KNOWN[kind])
    hint = f" (did you mean {meant!r}?)" if meant is not None else ""
    return f"unknown {_NOUNS[kind]} {shorten(repr(name))}{hint}: this version runs {runs}"


@cache
def _load(kind: Kind, stem: str) -> Method:
    return cast("Method", importlib.import_module(f"{_FOLDERS[kind].__name__}.{stem}"))
