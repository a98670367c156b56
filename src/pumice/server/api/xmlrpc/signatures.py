"""What a method takes and returns, read from its annotations; and how arguments are checked."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Union, cast, get_args, get_origin, get_type_hints

from pumice.server.api.xmlrpc.faults import internal

JobId = Annotated[object, "int|str"]
"""The number of a job, as int or as text; whatever else is given names no job."""

Name = Annotated[object, "str"]
"""The name of something; whatever else is given names nothing, and is looked up as its text."""

Anything = Annotated[object, "any"]
"""An argument that the method checks by itself."""

_NAMES: dict[Any, str] = {
    str: "str",
    int: "int",
    bool: "bool",
    float: "double",
    bytes: "base64",
    datetime: "dateTime",
    list: "array",
    tuple: "array",
    dict: "struct",
    type(None): "nil",
}
_I8 = range(-(2**63), 2**63)


class CannotRegister(TypeError):
    """A method is registered without its help, types or permission: write them down."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A positional argument. ``default`` stands for nil too, where the argument is optional."""

    name: str
    types: str
    kinds: tuple[type, ...]
    optional: bool
    default: object

    def read(self, value: object) -> object:
        """The argument as the method gets it. Raises Fault where its type does not fit."""
        if value is None and self.optional:
            return self.default
        if bool in self.kinds:
            return bool(value)
        if not isinstance(value, self.kinds) or (type(value) is int and value not in _I8):
            raise internal(f"{self.name} must be {self.types}, not {_shown(value)}")
        return value


@dataclass(frozen=True, slots=True)
class Signature:
    """The arguments and the result of a method."""

    parameters: tuple[Parameter, ...]
    returns: str
    required: int

    def bind(self, method: str, arguments: Sequence[object]) -> list[object]:
        """The arguments, checked, with defaults filled in. Raises Fault."""
        given = len(arguments)
        if not self.required <= given <= len(self.parameters):
            raise internal(f"{method}() takes {self._wanted()}, {given} given")
        bound = [p.read(value) for p, value in zip(self.parameters, arguments, strict=False)]
        bound.extend(p.default for p in self.parameters[given:])
        return bound

    def _wanted(self) -> str:
        most = len(self.parameters)
        count = str(most) if self.required == most else f"{self.required} to {most}"
        return f"{count} argument{'' if count == '1' else 's'}"

    def __str__(self) -> str:
        shown = (
            f"{p.name}: {p.types}" + (f" = {_shown_default(p.default)}" if p.optional else "")
            for p in self.parameters
        )
        return f"({', '.join(shown)})"


def signature_of(function: Callable[..., object]) -> Signature:
    """Read a method's signature; its first parameter is the caller. Raises CannotRegister."""
    hints = get_type_hints(function, include_extras=True)
    parameters = list(inspect.signature(function).parameters.values())[1:]
    read = tuple(_parameter(parameter, hints) for parameter in parameters)
    if "return" not in hints:
        raise CannotRegister(f"{function.__qualname__} does not say what it returns")
    returns, _ = _types(hints["return"])
    return Signature(read, returns, sum(not parameter.optional for parameter in read))


def _parameter(parameter: inspect.Parameter, hints: dict[str, Any]) -> Parameter:
    if parameter.name not in hints:
        raise CannotRegister(f"the argument {parameter.name} has no type")
    names, kinds = _types(hints[parameter.name])
    optional = parameter.default is not inspect.Parameter.empty
    default = parameter.default if optional else None
    return Parameter(parameter.name, names, kinds, optional, default)


def _types(hint: Any) -> tuple[str, tuple[type, ...]]:
    """How a type is shown, and the classes that its values have."""
    if hint is None:
        hint = type(None)
    origin = get_origin(hint)
    if origin is Annotated:
        _, shown = get_args(hint)
        return shown, (object,)
    if origin in (Union, types.UnionType):
        parts = [_types(part) for part in get_args(hint)]
        return "|".join(shown for shown, _ in parts), tuple(k for _, kinds in parts for k in kinds)
    plain = cast("type", origin or hint)
    if plain not in _NAMES:
        raise CannotRegister(f"{hint!r} is no type that XML-RPC carries")
    return _NAMES[plain], (plain,)


def _shown(value: object) -> str:
    if type(value) is int and value not in _I8:
        return "one of more than 64 bits"
    return _NAMES.get(type(value), type(value).__name__)


def _shown_default(value: object) -> str:
    if value is None:
        return "nil"
    return str(value).lower() if isinstance(value, bool) else repr(value)
