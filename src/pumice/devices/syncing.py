"""What a dictionary says of the device's place in the lab: ``{% set sync_to_lava = {...} %}``.

Source of the format: LAVA's ``lava-server manage sync``. The template is read, never run: only
constants count, and lists of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from jinja2 import nodes

from pumice.devices import rendering
from pumice.formats.errors import InvalidDocument
from pumice.formats.schema import describe

VARIABLE = "sync_to_lava"
_DEPTH = 2


@dataclass(frozen=True, slots=True)
class Wanted:
    """The device's place: names, and ``permissions`` as codename and group.

    What is None or empty is wanted to be so.
    """

    device_type: str
    worker: str | None
    tags: tuple[str, ...]
    aliases: tuple[str, ...]
    physical_owner: str | None
    physical_group: str | None
    permissions: tuple[tuple[str, str], ...]


def read(text: str, *, name: str = "the device dictionary") -> Wanted | None:
    """What the dictionary says; None where it does not set the variable to a map.

    Raises InvalidDocument where it is no template, names no device type, or a value is of another
    kind than it must be.
    """
    found = _assigned(rendering.parsed(text, name=name))
    if found is None:
        return None
    device_type = _text(found, "device_type", name)
    if not device_type:
        raise InvalidDocument.because(f"{name}: {VARIABLE} has no device_type")
    return Wanted(
        device_type=device_type,
        worker=_text(found, "worker", name),
        tags=_texts(found, "tags", name),
        aliases=_texts(found, "aliases", name),
        physical_owner=_text(found, "physical_owner", name),
        physical_group=_text(found, "physical_group", name),
        permissions=_pairs(found, "group_device_permissions", name),
    )


def _assigned(template: nodes.Template) -> dict[Any, Any] | None:
    """The last map that is assigned to the variable, without what is not constant in it."""
    found: nodes.Dict | None = None
    for assignment in template.find_all(nodes.Assign):
        target = assignment.target
        if isinstance(target, nodes.Name) and target.name == VARIABLE:
            found = assignment.node if isinstance(assignment.node, nodes.Dict) else None
    if found is None:
        return None
    pairs = ((_constant(pair.key, 0), _constant(pair.value, _DEPTH)) for pair in found.items)
    return {key: value for key, value in pairs if isinstance(key, str) and value is not _COMPUTED}


_COMPUTED: Any = object()


def _constant(node: nodes.Expr, depth: int) -> Any:
    if isinstance(node, nodes.Const):
        return node.value
    if depth and isinstance(node, nodes.List | nodes.Tuple):
        items = [_constant(item, depth - 1) for item in node.items]
        return [item for item in items if item is not _COMPUTED]
    return _COMPUTED


def _text(found: dict[Any, Any], key: str, name: str) -> str | None:
    value = found.get(key)
    if value is None or isinstance(value, str):
        return value or None
    raise _wrong(name, key, "a text", value)


def _texts(found: dict[Any, Any], key: str, name: str) -> tuple[str, ...]:
    value = found.get(key)
    items: list[Any] = cast("list[Any]", value) if isinstance(value, list) else [value]
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in items):
        raise _wrong(name, key, "a list of texts", cast("object", value))
    return tuple(dict.fromkeys(items))


def _pairs(found: dict[Any, Any], key: str, name: str) -> tuple[tuple[str, str], ...]:
    value: object = found.get(key)
    if value is None:
        return ()
    wrong = _wrong(name, key, "a list of [codename, group]", value)
    if not isinstance(value, list):
        raise wrong
    pairs: list[tuple[str, str]] = []
    for item in cast("list[object]", value):
        match item:
            case [str() as codename, str() as group]:
                pairs.append((codename, group))
            case _:
                raise wrong
    return tuple(dict.fromkeys(pairs))


def _wrong(name: str, key: str, wanted: str, value: object) -> InvalidDocument:
    return InvalidDocument.because(
        f"{name}: {key} of {VARIABLE} is {wanted}, found {describe(value)}"
    )
