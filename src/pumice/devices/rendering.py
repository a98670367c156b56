"""Rendering a device dictionary, with the templates that it extends, to a configuration's YAML.

Source of the environment: LAVA's: sandboxed Jinja, no autoescape, ``trim_blocks``, and the
filters ``shlex_quote``, ``yaml_quote`` and ``qemu_guest_fs_interface``.
"""

from __future__ import annotations

import copy
import re
import shlex
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import lru_cache
from types import FrameType, TracebackType
from typing import Any, Protocol, cast

import jinja2
from jinja2 import nodes

from pumice.devices import library, limits
from pumice.devices.counting import CountingEnvironment
from pumice.devices.values import qemu_guest_fs_interface, yaml_quote, yaml_value
from pumice.formats.errors import InvalidDocument
from pumice.formats.schema import nearest, shorten

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+-]*")
_CACHED_TEMPLATES = 1_024

Place = tuple[str, int]
"""A template's name, and a line of it."""


class Templates(Protocol):
    """Where templates come from, by the name that ``extends`` gives."""

    def read(self, name: str) -> str | None:
        """The template's text, or None where there is none. Names hold no ``/``."""
        ...


class SearchPath:
    """Several sources as one: the first that has a template gives it."""

    def __init__(self, *sources: Templates) -> None:
        self._sources = sources

    def read(self, name: str) -> str | None:
        """The template's text from the first source that has it."""
        return next(
            (text for source in self._sources if (text := source.read(name)) is not None), None
        )


_source: ContextVar[Templates | None] = ContextVar("pumice_render_source", default=None)


class _Template(jinja2.Template):
    """A template that runs anew each time it is imported: renders share nothing."""

    def _get_default_module(self, ctx: Any = None) -> Any:
        if ctx is None:
            return self.make_module()
        names = ctx.globals_keys - self.globals.keys()
        return self.make_module({name: ctx.parent[name] for name in names})


class _Environment(CountingEnvironment):
    """The environment of all renders; each finds its templates in its own source."""

    template_class = _Template

    def _load_template(self, name: Any, globals: Any) -> jinja2.Template:
        source = _source.get()
        spent = limits.budget()
        spent.step(1)
        if source is None or not isinstance(name, str) or not _NAME.fullmatch(name):
            raise jinja2.TemplateNotFound(str(name))
        text = source.read(name)
        if text is None:
            raise jinja2.TemplateNotFound(name)
        spent.make(len(text))
        return _compiled(name, text)


_ENVIRONMENT = _Environment(
    {
        "shlex_quote": shlex.quote,
        "yaml_quote": yaml_quote,
        "yaml_value": yaml_value,
        "qemu_guest_fs_interface": qemu_guest_fs_interface,
    }
)


@lru_cache(_CACHED_TEMPLATES)
def _compiled(name: str, text: str) -> jinja2.Template:
    token = limits.spend(None)
    try:
        code = _ENVIRONMENT.compile(text, name=name, filename=name)
    except jinja2.TemplateSyntaxError as error:
        raise _invalid(name, error.lineno, error.message or "not a valid template") from error
    except limits.TooCostly as error:
        raise _invalid(name, None, str(error)) from error
    except (RecursionError, MemoryError, SyntaxError, ValueError, OverflowError) as error:
        raise _invalid(name, None, "the template is nested too deeply") from error
    finally:
        limits.stop_spending(token)
    return _ENVIRONMENT.template_class.from_code(
        _ENVIRONMENT, code, _ENVIRONMENT.make_globals(None)
    )


def render(
    text: str,
    templates: Templates,
    *,
    name: str = "the device dictionary",
    context: Mapping[str, Any] | None = None,
    watch: Callable[[str, Place | None], None] | None = None,
) -> str:
    """The YAML that a dictionary's text renders to.

    ``templates`` gives what it extends; ``name`` is what messages call it; ``context`` holds the
    variables that are set before, such as a job's ``context`` and ``scheduled_device_name``: a
    ``{% set %}`` of a template wins over them, except where it asks for them with ``default``.
    ``watch`` is called with each piece of the result and the place of the expression that made it;
    None where the piece is a template's plain text.

    Raises InvalidDocument, with the template's name in the message and the line in it.
    """
    pieces: list[str] = []
    size = 0
    source = _source.set(templates)
    token = limits.spend(limits.Budget())
    try:
        template = _compiled(name, text)
        running = template.new_context(copy.deepcopy(dict(context or {})))
        stream = template.root_render_func(running)
        for piece in stream:
            size += len(piece)
            if size > limits.MAX_OUTPUT:
                raise limits.TooCostly(f"more than {limits.MAX_OUTPUT} characters are rendered")
            pieces.append(piece)
            if watch is not None:
                watch(piece, _speaking(stream))
    except InvalidDocument:
        raise
    except jinja2.TemplateNotFound as error:
        raise _not_found(name, error) from error
    except RecursionError as error:
        raise _invalid(
            name, None, "templates, macros or loops call themselves without end"
        ) from error
    except _TEMPLATES_FAULTS as error:
        raise _failed(name, error) from error
    finally:
        limits.stop_spending(token)
        _source.reset(source)
    return "".join(pieces)


_TEMPLATES_FAULTS = (
    jinja2.TemplateError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    NotImplementedError,
    RuntimeError,
    StopIteration,
    TypeError,
    ValueError,
)
"""What the expressions of a template can raise."""


def extended_template(text: str, *, name: str = "the device dictionary") -> str | None:
    """The name of the template that a dictionary extends.

    None where it extends none, several, or one whose name is computed. Raises InvalidDocument
    where the text is not a template.
    """
    found = [cast("Any", node).template for node in parsed(text, name=name).find_all(nodes.Extends)]
    if len(found) == 1 and isinstance(found[0], nodes.Const):
        return str(found[0].value)
    return None


def parsed(text: str, *, name: str = "the device dictionary") -> nodes.Template:
    """A template's text as Jinja's tree. Raises InvalidDocument where it is not a template."""
    token = limits.spend(None)
    try:
        return _ENVIRONMENT.parse(text, name=name, filename=name)
    except jinja2.TemplateSyntaxError as error:
        raise _invalid(name, error.lineno, error.message or "not a valid template") from error
    except limits.TooCostly as error:
        raise _invalid(name, None, str(error)) from error
    except RecursionError as error:
        raise _invalid(name, None, "the template is nested too deeply") from error
    finally:
        limits.stop_spending(token)


def _invalid(name: str, line: int | None, message: str) -> InvalidDocument:
    where = f"{name}, line {line}" if line is not None else name
    return InvalidDocument.because(f"{where}: {_shortened(message)}", line=line)


def _shortened(message: str) -> str:
    """A message of limited length, since it may quote what a template made."""
    return message if len(message) <= 300 else message[:297] + "..."


def _not_found(name: str, error: jinja2.TemplateNotFound) -> InvalidDocument:
    line_name, line = _place(error.__traceback__) or (name, None)
    message = f"there is no template {shorten(repr(error.name))}"
    meant = nearest(error.name, library.names())
    return _invalid(line_name, line, message + (f": did you mean {meant!r}?" if meant else ""))


def _failed(name: str, error: Exception) -> InvalidDocument:
    line_name, line = _place(error.__traceback__) or (name, None)
    return _invalid(line_name, line, str(error) or type(error).__name__)


def _speaking(stream: Any) -> Place | None:
    """Where the expression stands whose value a template's generator has just given."""
    while (inner := getattr(stream, "gi_yieldfrom", None)) is not None:
        stream = inner
    frame = cast("FrameType | None", getattr(stream, "gi_frame", None))
    template = frame.f_globals.get("__jinja_template__") if frame is not None else None
    if frame is None or not isinstance(template, jinja2.Template):
        return None
    # Plain text has no line of its own: only expressions are sure.
    line = {code: line for line, code in template.debug_info}.get(frame.f_lineno)
    return None if line is None else (template.name or "", line)


def _place(traceback: TracebackType | None) -> Place | None:
    """Template and line of the innermost frame that runs a template."""
    found: Place | None = None
    while traceback is not None:
        template = traceback.tb_frame.f_globals.get("__jinja_template__")
        if isinstance(template, jinja2.Template):
            line = template.get_corresponding_lineno(traceback.tb_lineno)
            found = (template.name or "", line)
        traceback = traceback.tb_next
    return found
