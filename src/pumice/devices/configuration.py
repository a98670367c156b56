"""A device's configuration: what its dictionary renders to, checked and typed.

Source of the format: LAVA's rendered device configuration.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, cast

from pydantic import BeforeValidator, ConfigDict, Field

from pumice.formats import yaml
from pumice.formats.durations import InvalidDuration, to_seconds
from pumice.formats.errors import InvalidDocument, Path, Problem
from pumice.formats.schema import Section, describe, findings, wrong

_DIGITS = re.compile(r"\d{1,9}")


@dataclass(frozen=True, slots=True)
class DeviceConfiguration:
    """What planning and running a job need to know of a device.

    Methods are by name, each with its settings (empty where it has none; a list, which is how
    fastboot's steps are given, stands under ``sequence``). Timeouts are seconds
    by action; ``character_delays`` are milliseconds by deploy, boot and test. ``commands`` are
    lists of shell commands by name (``hard_reset``, ``power_on`` ...), without those in
    ``connections`` and ``user_commands``. ``data`` is the whole configuration, not to be changed.
    """

    hostname: str
    device_type: str
    available_architectures: tuple[str, ...]
    deploy_methods: dict[str, dict[str, Any]]
    boot_methods: dict[str, dict[str, Any]]
    test_methods: dict[str, dict[str, Any]]
    action_timeouts: dict[str, int]
    connection_timeouts: dict[str, int]
    commands: dict[str, list[str]]
    user_commands: dict[str, dict[str, list[str]]]
    connections: dict[str, Connection]
    must_use_connection: bool
    constants: dict[str, Any]
    parameters: dict[str, Any]
    character_delays: dict[str, int]
    environment: dict[str, Any]
    device_info: list[dict[str, Any]]
    static_info: list[dict[str, Any]]
    storage_info: list[dict[str, Any]]
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Connection:
    """A console of a device: the command that opens it, and what it is for."""

    command: str
    tags: tuple[str, ...] = ()


def _nothing_as_empty(value: object) -> object:
    return {} if value is None else value


def _method(value: object) -> object:
    if value is None:
        return {}
    return {"sequence": cast("list[Any]", value)} if isinstance(value, list) else value


def _command(value: object) -> object:
    items = cast("list[object]", value) if isinstance(value, list) else [value]
    for item in items:
        if not isinstance(item, str) or not item:
            raise wrong(f"a command or a list of commands is needed, found {describe(item)}")
    return items


def _milliseconds(value: object) -> object:
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    return value


def _timeout(value: object) -> object:
    if not isinstance(value, Mapping):
        raise wrong(f"a map of days, hours, minutes and seconds is needed, found {describe(value)}")
    try:
        return to_seconds(cast("Mapping[str, Any]", value))
    except InvalidDuration as error:
        raise wrong(str(error)) from error


Command = Annotated[list[str], BeforeValidator(_command)]
Milliseconds = Annotated[int, BeforeValidator(_milliseconds), Field(ge=0)]
Seconds = Annotated[int, BeforeValidator(_timeout)]
Settings = Annotated[dict[str, Any], BeforeValidator(_nothing_as_empty)]
Method = Annotated[dict[str, Any], BeforeValidator(_method)]
Information = Annotated[list[Settings], Field(default=[])]


class _Open(Section):
    """A section in which a site's templates may say more than Pumice knows."""

    model_config = ConfigDict(extra="ignore")


class _Methods(_Open):
    connections: Settings = {}
    methods: Annotated[dict[str, Method], BeforeValidator(_nothing_as_empty)] = {}
    parameters: Settings = {}


class _Actions(_Open):
    deploy: Annotated[_Methods, BeforeValidator(_nothing_as_empty)] = _Methods()
    boot: Annotated[_Methods, BeforeValidator(_nothing_as_empty)] = _Methods()
    test: Annotated[_Methods, BeforeValidator(_nothing_as_empty)] = _Methods()


def _opened(value: object) -> object:
    if value is None:
        raise wrong("no command opens this console: name one in connection_commands")
    return value


class _Connection(_Open):
    connect: Annotated[str, BeforeValidator(_opened), Field(min_length=1)]
    tags: list[str] = []


class _UserCommand(_Open):
    do: Command
    undo: Command = []


class _Commands(_Open):
    connect: Command = []
    connections: dict[str, _Connection] = {}
    must_use_connection: bool = False
    hard_reset: Command = []
    soft_reboot: Command = []
    power_on: Command = []
    power_off: Command = []
    pre_power_command: Command = []
    pre_os_command: Command = []
    recovery_mode: Command = []
    recovery_exit: Command = []
    users: dict[str, _UserCommand] = {}


class _Timeouts(_Open):
    actions: dict[str, Seconds] = {}
    connections: dict[str, Seconds] = {}


class _CharacterDelays(_Open):
    deploy: Milliseconds = 0
    boot: Milliseconds = 0
    test: Milliseconds = 0


class _Configuration(_Open):
    hostname: str = ""
    devicetype: str = ""
    available_architectures: list[str] = []
    actions: Annotated[_Actions, BeforeValidator(_nothing_as_empty)] = _Actions()
    commands: Annotated[_Commands, BeforeValidator(_nothing_as_empty)] = _Commands()
    timeouts: _Timeouts
    constants: Settings
    parameters: Settings
    character_delays: Annotated[_CharacterDelays, BeforeValidator(_nothing_as_empty)] = (
        _CharacterDelays()
    )
    environment: Settings = {}
    device_info: Information
    static_info: Information
    storage_info: Information


def parse(rendered: str) -> DeviceConfiguration:
    """Read a rendered configuration.

    Raises InvalidDocument with every problem; lines are those of the rendered text.
    """
    document = yaml.load(rendered)
    data = document.data
    if not isinstance(data, dict):
        message = f"a device's configuration is a map of keys, found {describe(data)}"
        raise InvalidDocument.because(message)
    configuration = cast("dict[str, Any]", data)
    problems = [finding.problem for finding in findings(_Configuration, configuration)]
    problems = problems or list(_problems_between(configuration))
    if problems:
        raise InvalidDocument(yaml.located(problems, document))
    return _typed(_Configuration.model_validate(configuration), configuration)


def _problems_between(data: Mapping[str, Any]) -> list[Problem]:
    """An SSH host is not the board's to switch: LAVA refuses power commands beside it."""
    path: Path = ("actions", "deploy", "methods", "ssh", "host")
    here: Any = data
    for part in path:
        here = cast("Mapping[str, Any]", here).get(part) if isinstance(here, Mapping) else None
    commands = cast("Mapping[str, Any]", data.get("commands") or {})
    power = [name for name in ("power_off", "power_on", "hard_reset") if commands.get(name)]
    if not here or len(power) < 3:
        return []
    return [Problem(f"a device with an ssh host cannot have {', '.join(power)}", path)]


def _typed(read: _Configuration, data: dict[str, Any]) -> DeviceConfiguration:
    commands = read.commands
    lists = commands.model_dump(exclude={"connections", "must_use_connection", "users"})
    return DeviceConfiguration(
        hostname=read.hostname,
        device_type=read.devicetype,
        available_architectures=tuple(read.available_architectures),
        deploy_methods=read.actions.deploy.methods,
        boot_methods=read.actions.boot.methods,
        test_methods=read.actions.test.methods,
        action_timeouts=read.timeouts.actions,
        connection_timeouts=read.timeouts.connections,
        commands={name: command for name, command in lists.items() if command},
        user_commands={
            name: {"do": command.do, "undo": command.undo}
            for name, command in commands.users.items()
        },
        connections={
            name: Connection(console.connect, tuple(console.tags))
            for name, console in commands.connections.items()
        },
        must_use_connection=commands.must_use_connection,
        constants=read.constants,
        parameters=read.parameters,
        character_delays=read.character_delays.model_dump(),
        environment=read.environment,
        device_info=read.device_info,
        static_info=read.static_info,
        storage_info=read.storage_info,
        data=data,
    )
