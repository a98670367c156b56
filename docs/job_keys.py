"""The page of every key of every method of jobs, from the models."""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BeforeValidator
from pydantic.fields import FieldInfo

from pumice.definitions import command, keys, methods
from pumice.definitions.schema import sentences
from pumice.formats.schema import Section

Table = Callable[[Iterable[str], Iterable[Iterable[str]]], str]
Model = type[Section]

_BASES: dict[str, Model] = {"deploy": keys.DeployAction, "boot": keys.BootAction}
_TITLES = {"deploy": "deploy, to: {}", "boot": "boot, method: {}", "test": "test, {}"}
_WORDS = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    Any: "anything",
    None: "nothing",
}
_TEXTS = next(part for part in get_args(keys.Texts) if isinstance(part, BeforeValidator))


def page(table: Table) -> str:
    """The sections of all methods, then those of the maps that they hold."""
    return "\n".join(_Page(table).lines())


class _Page:
    def __init__(self, table: Table) -> None:
        self._table = table
        self._inner: dict[Model, None] = {}
        """The maps that keys hold, in the order in which they are met."""

    def lines(self) -> Iterator[str]:
        yield from self._section("Every action", keys.Action, frozenset())
        for kind in ("deploy", "boot", "test"):
            base = _BASES.get(kind, keys.Action)
            if base is not keys.Action:
                title = f"Every {kind} action"
                yield from self._section(title, base, frozenset(keys.Action.model_fields))
            for name in methods.KNOWN[kind]:
                yield from self._method(kind, name, base)
        yield from self._section("command", command.Keys, frozenset(keys.Action.model_fields))
        yield "## Maps\n"
        yield "What the keys above hold.\n"
        done: set[Model] = set()
        while waiting := [model for model in self._inner if model not in done]:
            for model in waiting:
                done.add(model)
                yield from self._section(_name(model), model, frozenset(), level=3)

    def _method(self, kind: methods.Kind, name: str, base: Model) -> Iterator[str]:
        method = methods.known(kind, name)
        if method is None:
            raise LookupError(f"{name} is known and has no module")
        yield f"## {_TITLES[kind].format(name)}\n"
        about = (method.__doc__ or "").strip().partition("\n\n")[0]
        if not method.RUNS:
            yield "**Not run yet**: it is checked and planned, and refused at submission.\n"
        yield f"{' '.join(about.split()).replace('``', '`')}\n"
        shared = {
            key
            for key, field in base.model_fields.items()
            if method.Keys.model_fields[key].annotation == field.annotation
        }
        yield self._keys(method.Keys, frozenset(shared), method.NOT_RUN if method.RUNS else ())

    def _section(
        self, title: str, model: Model, without: frozenset[str], level: int = 2
    ) -> Iterator[str]:
        yield f"{'#' * level} {title}\n"
        yield f"{_about(model)}\n"
        yield self._keys(model, without, ())

    def _keys(self, model: Model, without: frozenset[str], refused: tuple[str, ...]) -> str:
        said = sentences(model)
        rows: list[tuple[str, str, str]] = []
        for key, field in model.model_fields.items():
            if key in without:
                continue
            name = field.alias or key
            meaning = [said.get(key, "")]
            if field.is_required():
                meaning.insert(0, "**required.**")
            elif field.default not in (None, "", 0, False, [], {}) and not isinstance(
                field.default, Section
            ):
                meaning.append(f"Default: `{str(field.default).replace('True', 'true')}`.")
            if name in refused:
                meaning.append("*Not run yet.*")
            rows.append((f"`{name}`", self._kind_of(field), " ".join(filter(None, meaning))))
        return self._table(("Key", "Holds", "Meaning"), rows) if rows else "No keys of its own.\n"

    def _kind_of(self, field: FieldInfo) -> str:
        if _TEXTS in field.metadata:
            return "text or list of texts"
        return self._kind(field.annotation)

    def _kind(self, kind: Any) -> str:
        if isinstance(kind, type) and issubclass(kind, Section):
            self._inner.setdefault(kind)
            return f"[{_name(kind)}](#{_anchor(_name(kind))})"
        origin, inner = get_origin(kind), get_args(kind)
        if origin is Annotated:
            return "text or list of texts" if _TEXTS in inner else self._kind(inner[0])
        if origin is Literal:
            return ", ".join(f"`{value!s}`" for value in inner)
        if origin in (Union, types.UnionType):
            parts = (self._kind(part) for part in inner if part is not type(None))
            return " or ".join(dict.fromkeys(parts))
        if origin is list:
            return f"list of: {self._kind(inner[0])}"
        if origin is dict:
            return f"map of names to: {self._kind(inner[1])}"
        return _WORDS[kind]


def _name(model: Model) -> str:
    """What a map is called: ``deploy tftp Ramdisk``, or ``Download`` where many share it."""
    module = model.__module__.removeprefix("pumice.definitions.")
    words = module.replace("_", "-").split(".") if module.startswith(tuple(_TITLES)) else []
    return " ".join([*words, model.__name__])


def _anchor(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def _about(model: Model) -> str:
    return " ".join((model.__doc__ or "").split()).replace("``", "`")
