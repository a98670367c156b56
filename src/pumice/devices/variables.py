"""Which variables a device type asks for, found by reading its templates.

A dictionary or a job's context may set them. What a template computes for itself, and the macros
of the families, are not among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

import jinja2
from jinja2 import nodes

from pumice.devices import library
from pumice.devices.values import yaml_quote

_SUFFIX = ".jinja2"
_BASE = "base"
_NOTHING = "''"
_PARSER = jinja2.Environment(trim_blocks=True, autoescape=False)  # noqa: S701  parses, never renders


class NoSuchType(LookupError):
    """There is no shipped template of this name: see pumice.devices.library.names."""


@dataclass(slots=True)
class _Reads:
    """What a part of a template asks for: variables with their defaults, and macros."""

    defaults: dict[str, str | None] = field(default_factory=dict[str, "str | None"])
    calls: set[str] = field(default_factory=set[str])

    def add(self, name: str, default: str | None) -> None:
        """Note a variable; of several defaults, the first that is not empty stands."""
        known = self.defaults.get(name)
        self.defaults[name] = default if known in (None, _NOTHING) else known


@dataclass(slots=True)
class _Template:
    parent: str | None
    body: _Reads
    macros: dict[str, _Reads]
    own: set[str]


@cache
def own(name: str) -> Mapping[str, str | None]:
    """The variables that a type's own template asks for, without those of the one that it extends.

    ``name`` is the type's, without suffix. Maps each variable to its default as YAML; None where
    it has none, or one that follows from other variables. Raises NoSuchType.
    """
    chain = _chain(name)
    macros = {key: reads for template in reversed(chain) for key, reads in template.macros.items()}
    computed = {variable for template in chain for variable in template.own}
    found = _Reads()
    _collect(chain[0].body, macros, found, set())
    return {
        variable: default
        for variable, default in sorted(found.defaults.items())
        if variable not in computed and variable not in macros
    }


def parent(name: str) -> str | None:
    """The type that a type extends, without suffix; None for ``base``. Raises NoSuchType."""
    return _read(name).parent


@cache
def all_of(name: str) -> Mapping[str, str | None]:
    """All variables that a type asks for, its families' and ``base``'s included, as :func:`own`.

    Raises NoSuchType.
    """
    found: dict[str, str | None] = {}
    here: str | None = name
    while here is not None:
        for variable, default in own(here).items():
            found[variable] = found.get(variable) or default
        here = _read(here).parent
    return dict(sorted(found.items()))


def fixed_by(name: str) -> frozenset[str]:
    """The variables that a type's own template sets whatever a dictionary says. Raises
    NoSuchType."""
    return frozenset(_read(name).own)


def _collect(reads: _Reads, macros: Mapping[str, _Reads], into: _Reads, seen: set[str]) -> None:
    for variable, default in reads.defaults.items():
        into.add(variable, default)
    for macro in reads.calls & macros.keys():
        if macro not in seen:
            _collect(macros[macro], macros, into, seen | {macro})


def _chain(name: str) -> list[_Template]:
    found = [_read(name)]
    while (parent := found[-1].parent) is not None:
        found.append(_read(parent))
    return found


@cache
def _read(name: str) -> _Template:
    text = library.read(name + _SUFFIX)
    if text is None:
        raise NoSuchType(name)
    tree = _PARSER.parse(text)
    extended = next(
        (str(cast("Any", node.template).value) for node in tree.find_all(nodes.Extends)), None
    )
    macros: dict[str, _Reads] = {}
    for macro in tree.find_all(nodes.Macro):
        arguments = {argument.name for argument in macro.args}
        macros[macro.name] = _reads(macro.iter_child_nodes(exclude=("args",)), arguments)
    assigned = {
        target.name
        for node in tree.find_all(nodes.Assign)
        for target in [node.target]
        if isinstance(target, nodes.Name) and not _asks_for(node.node, target.name)
    }
    bound = assigned | {
        name.name for loop in tree.find_all(nodes.For) for name in _targets(loop.target)
    }
    outside = (child for child in tree.body if not isinstance(child, nodes.Macro))
    return _Template(
        extended.removesuffix(_SUFFIX) if extended else None, _reads(outside, bound), macros, bound
    )


def _targets(node: nodes.Node) -> Iterator[nodes.Name]:
    if isinstance(node, nodes.Name):
        yield node
    yield from node.find_all(nodes.Name)


def _asks_for(node: nodes.Node, name: str) -> bool:
    if isinstance(node, nodes.Name):
        return node.name == name
    return any(found.name == name for found in node.find_all(nodes.Name))


def _reads(parts: Iterator[nodes.Node], bound: set[str]) -> _Reads:
    found = _Reads()
    for part in parts:
        _walk(part, found, bound)
    return found


def _walk(node: nodes.Node, found: _Reads, bound: set[str]) -> None:
    if (
        isinstance(node, nodes.Filter)
        and node.name == "default"
        and isinstance(node.node, nodes.Name)
    ):
        if node.node.name not in bound:
            found.add(node.node.name, _constant(node.args[0]) if node.args else None)
        for argument in node.args:
            _walk(argument, found, bound)
        return
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
        found.calls.add(node.node.name)
        for argument in [*node.args, *node.kwargs]:
            _walk(argument, found, bound)
        return
    if isinstance(node, nodes.Name) and node.ctx == "load" and node.name not in bound:
        found.add(node.name, None)
    for child in node.iter_child_nodes():
        _walk(child, found, bound)


def _constant(node: nodes.Expr) -> str | None:
    try:
        return yaml_quote(node.as_const())
    except nodes.Impossible:
        return None
