"""What is wrong with a device dictionary, beyond what keeps it from being rendered.

Unknown variables: those that a dictionary sets and nothing asks for, neither itself nor a template
that it extends, includes or imports. Missing ones: those without which no boot method of the
device can work. Programs: those that its commands name.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from jinja2 import nodes

from pumice.devices import configuration, library, variables
from pumice.devices.configuration import DeviceConfiguration
from pumice.devices.rendering import Place, Templates, parsed, render
from pumice.formats.errors import InvalidDocument, Path, Problem
from pumice.formats.schema import nearest, shorten

FOR_SYNC = "sync_to_lava"
"""What a dictionary says to the server's ``sync``: no template asks for it."""

_SUFFIX = ".jinja2"
_UNSET = "0000000000"
_MOST_TEMPLATES = 100

_BY_CONSOLE = frozenset(
    {
        *("barebox", "cmsis-dap", "depthcharge", "gdb", "grub", "grub-efi", "ipxe", "jlink"),
        *("minimal", "musca", "openocd", "pyocd", "u-boot", "uefi", "uefi-menu"),
    }
)
"""Boot methods that speak to the board by its console."""

_WITHOUT_CONSOLE = frozenset({"avh", "docker", "fvp", "qemu", "qemu-nfs", "schroot"})
"""Boot methods that start what they speak to, so that a device needs no console of its own."""


def check(
    text: str,
    templates: Templates,
    *,
    name: str = "the device dictionary",
    context: Mapping[str, Any] | None = None,
    extra: Container[str] = (),
) -> list[Problem]:
    """Everything that is wrong with a dictionary.

    Lines are the dictionary's; messages name those of other templates.

    ``templates`` gives what it extends; ``name`` is what messages call it; ``context`` holds the
    variables of a job; ``extra`` are names of variables that are known all the same.
    """
    problems = list(unknown(text, templates, name=name, extra=extra))
    try:
        found = configured(text, templates, name=name, context=context)
    except InvalidDocument as error:
        return [*error.problems, *(p for p in problems if p not in error.problems)]
    return problems + list(missing(found))


def configured(
    text: str,
    templates: Templates,
    *,
    name: str = "the device dictionary",
    context: Mapping[str, Any] | None = None,
) -> DeviceConfiguration:
    """The configuration that a dictionary renders to.

    Raises InvalidDocument: what is wrong with the rendered text is said with the line of the
    template that made it, where an expression did.
    """
    rendered = render(text, templates, name=name, context=context)
    try:
        return configuration.parse(rendered)
    except InvalidDocument as error:
        # The places cost time, so they are looked for only where they are needed.
        places: dict[int, Place] = {}
        line = 1

        def watch(piece: str, place: Place | None) -> None:
            nonlocal line
            if place is not None:
                places.setdefault(line, place)
            line += piece.count("\n")

        render(text, templates, name=name, context=context, watch=watch)
        raise InvalidDocument(_made(p, places, name) for p in error.problems) from error


def _made(problem: Problem, places: Mapping[int, Place], name: str) -> Problem:
    """A problem of the rendered text as one of the template that made its line."""
    template, line = places.get(problem.line or 0, ("", 0))
    if not template:
        where = f", in line {problem.line} of what {name} renders to" if problem.line else ""
        return Problem(f"{problem.message}{where}", problem.path)
    message = f"{problem.message}, made by {template}, line {line}"
    return Problem(message, problem.path, line if template == name else None)


def unknown(
    text: str,
    templates: Templates,
    *,
    name: str = "the device dictionary",
    extra: Container[str] = (),
) -> list[Problem]:
    """The variables that a dictionary sets and nothing asks for, each with the nearest known one.

    Empty where the name of a template is computed, since nothing is known then, and where the
    dictionary or a template is not one at all: rendering says so.
    """
    try:
        tree = parsed(text, name=name)
        known = _follow(tree, templates)
    except InvalidDocument:
        return []
    if known is None:
        return []
    mentioned = known.asked | known.fixed | _asked(tree)
    return [
        Problem(_unknown(variable, known), (variable,), line)
        for variable, line in _set(tree.body)
        if variable not in mentioned and variable != FOR_SYNC and variable not in extra
    ]


def missing(device: DeviceConfiguration) -> Iterator[Problem]:
    """What a device does not say and cannot do without, where it boots by a console.

    That is a command for a console, and which of several consoles is the primary one. A board
    that fastboot or adb finds by its serial number, or ssh by its address, works without.
    """
    needing = sorted(_BY_CONSOLE & device.boot_methods.keys())
    if not needing or _is_reached_otherwise(device) or _has_console(device):
        return
    if device.connections:
        message = "no console has the tag primary in connection_tags"
    elif "fastboot" in device.boot_methods:
        message = "connection_command is missing, and fastboot_serial_number too"
    else:
        message = "connection_command is missing"
    offered = f"boots with {', '.join(needing)} speak to the board by its console"
    yield Problem(f"{message}: {offered}", ("commands",))


def absent_programs(
    device: DeviceConfiguration, is_there: Callable[[str], bool]
) -> Iterator[Problem]:
    """The programs that a device's commands name and that ``is_there`` does not find.

    A command is split as a shell would split it, and its first word is the program: no shell runs
    it. Commands that cannot be split are problems too.
    """
    for path, command in _commands(device):
        try:
            words = shlex.split(command)
        except ValueError as error:
            yield Problem(f"the command cannot be read: {error}", path)
            continue
        if not words:
            yield Problem("the command is empty", path)
        elif not is_there(words[0]):
            program = shorten(repr(words[0]))
            yield Problem(f"there is no program {program} on this host", path)


def _commands(device: DeviceConfiguration) -> Iterator[tuple[Path, str]]:
    for name, commands in device.commands.items():
        yield from ((("commands", name), command) for command in commands)
    for name, console in device.connections.items():
        yield ("commands", "connections", name, "connect"), console.command
    for name, parts in device.user_commands.items():
        for part, commands in parts.items():
            yield from ((("commands", "users", name, part), command) for command in commands)


def _is_reached_otherwise(device: DeviceConfiguration) -> bool:
    methods = device.boot_methods.keys()
    if methods & _WITHOUT_CONSOLE or device.deploy_methods.get("ssh", {}).get("host"):
        return True
    serials = ("fastboot_serial_number", "adb_serial_number")
    return "fastboot" in methods and any(_serial(device, name) for name in serials)


def _has_console(device: DeviceConfiguration) -> bool:
    tags = (tag for console in device.connections.values() for tag in console.tags)
    return bool(device.commands.get("connect")) or "primary" in tags


def _serial(device: DeviceConfiguration, name: str) -> object:
    """A serial number; None where it is missing or still what the type has in its place."""
    value = device.data.get(name)
    return None if value in (None, "", _UNSET) else value


@dataclass(slots=True)
class _Known:
    """What templates say of variables: those they ask for, and those they set themselves."""

    extended: str = ""
    asked: set[str] = field(default_factory=set[str])
    fixed: set[str] = field(default_factory=set[str])


def _follow(tree: nodes.Template, templates: Templates) -> _Known | None:
    """What is known of all that a template leads to; None where a name is computed.

    Raises InvalidDocument where one is no template.
    """
    known = _Known()
    waiting = _leads_to(tree)
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name is None or len(seen) == _MOST_TEMPLATES:
            return None
        text = templates.read(name) if name not in seen else None
        seen.add(name)
        known.extended = known.extended or name.removesuffix(_SUFFIX)
        if text is None:
            continue  # rendering says so, where it needs the template
        found = parsed(text, name=name)
        if text == library.read(name):
            stem = name.removesuffix(_SUFFIX)
            known.asked.update(variables.own(stem))
            known.fixed.update(variables.fixed_by(stem))
        else:
            known.asked |= _asked(found)
            known.fixed.update(variable for variable, _ in _set(found.body))
        waiting += _leads_to(found)
    return known


def _leads_to(tree: nodes.Template) -> list[str | None]:
    """Names of the templates that one extends, includes or imports; None for a computed one."""
    found: list[str | None] = []
    for kind in (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport):
        for node in tree.find_all(kind):
            found += _names(node.template)
    return found


def _names(node: nodes.Node) -> list[str | None]:
    if isinstance(node, nodes.Const):
        value = cast("object", node.value)
        many = cast("Iterable[object]", value) if isinstance(value, tuple | list) else (value,)
        return [str(name) for name in many]
    if isinstance(node, nodes.Tuple | nodes.List):
        return [name for item in node.items for name in _names(item)]
    return [None]


def _asked(node: nodes.Node) -> set[str]:
    """Every name that a tree reads."""
    if isinstance(node, nodes.Name):
        return {node.name} if node.ctx == "load" else set()
    found: set[str] = set()
    for child in node.iter_child_nodes():
        found |= _asked(child)
    return found


def _set(body: Iterable[nodes.Node]) -> list[tuple[str, int]]:
    """The variables that a template sets for others, each with the line that does so first."""
    found: dict[str, int] = {}
    for node in body:
        if isinstance(node, nodes.Assign | nodes.AssignBlock):
            for name in (node.target, *node.target.find_all(nodes.Name)):
                if isinstance(name, nodes.Name):
                    found.setdefault(name.name, node.lineno)
        elif isinstance(node, nodes.If):
            for variable, line in _set([*node.body, *node.elif_, *node.else_]):
                found.setdefault(variable, line)
    return list(found.items())


def _unknown(variable: str, known: _Known) -> str:
    message = f"unknown variable {shorten(repr(variable))}"
    meant = nearest(variable, sorted(known.asked))
    if meant is not None:
        return f"{message}: did you mean {meant!r}?"
    of = f"no template of {known.extended} asks" if known.extended else "nothing asks"
    return f"{message}: {of} for it"
