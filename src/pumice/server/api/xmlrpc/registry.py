"""The methods: each registers itself; a module of ``methods`` is found by listing the folder."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from pumice.server.api.xmlrpc import methods as folder
from pumice.server.api.xmlrpc.permissions import Permission
from pumice.server.api.xmlrpc.signatures import CannotRegister, Signature, signature_of

Function = TypeVar("Function", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Method:
    """A registered method. ``function`` takes the caller, then the arguments."""

    full_name: str
    function: Callable[..., object]
    help: str
    signature: Signature
    permission: Permission

    @property
    def section(self) -> str:
        """The name without its last part: ``scheduler.jobs``."""
        return self.full_name.rpartition(".")[0]

    @property
    def name(self) -> str:
        """The last part of the name: ``show``."""
        return self.full_name.rpartition(".")[2]

    @property
    def summary(self) -> str:
        """The first line of the help."""
        return self.help.partition("\n")[0]


_METHODS: dict[str, Method] = {}
_loading = threading.Lock()
_loaded: list[str] = []


def method(full_name: str, *, permission: Permission) -> Callable[[Function], Function]:
    """Register a function under the name that clients call, such as ``scheduler.jobs.show``.

    Its first parameter is the user who calls; the others, annotated, are the arguments; its
    docstring is the help that people read. Raises CannotRegister for a missing help or type, and
    for a name that is taken.
    """

    def register(function: Function) -> Function:
        text = inspect.getdoc(function)
        if not text:
            raise CannotRegister(f"{full_name} has no help")
        if full_name in _METHODS:
            raise CannotRegister(f"{full_name} is registered twice")
        signature = signature_of(function)
        _METHODS[full_name] = Method(full_name, function, text, signature, permission)
        return function

    return register


def find(full_name: str) -> Method | None:
    """The method of this name, or None."""
    load()
    return _METHODS.get(full_name)


def listed() -> list[Method]:
    """All methods, by name."""
    load()
    return [made for _, made in sorted(_METHODS.items())]


def load() -> None:
    """Import the modules of ``methods``, once a process; call it before processes are forked."""
    if _loaded:
        return
    with _loading:
        if _loaded:
            return
        modules = sorted(module.name for module in pkgutil.iter_modules(folder.__path__))
        for module in modules:
            importlib.import_module(f"{folder.__name__}.{module}")
        _loaded.extend(modules)
