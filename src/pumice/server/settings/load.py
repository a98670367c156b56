"""Read the settings of a lab: files, then environment, checked against the table."""

from __future__ import annotations

import difflib
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from pumice.formats import yaml
from pumice.formats.errors import InvalidDocument
from pumice.server.settings.table import BY_NAME, SETTINGS, WITHOUT_EFFECT, Setting

_NOT_SETTINGS = frozenset(
    {"PUMICE_COORDINATOR", "PUMICE_DIR", "PUMICE_JOB_DIR", "PUMICE_SECRET_KEY"}
)
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}
log = logging.getLogger("pumice.settings")


class InvalidSettings(Exception):
    """The settings are wrong: correct the key or value that the message names."""


def load(directory: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """All settings of the lab in ``directory``, each with its value or default.

    Raises InvalidSettings for an unknown key, a value of the wrong type or unreadable YAML.
    """
    values: dict[str, Any] = {}
    for path in _files(directory):
        values.update(_read(path))
    for variable, text in environment.items():
        if variable.startswith("PUMICE_") and variable not in _NOT_SETTINGS:
            name = variable.removeprefix("PUMICE_")
            setting = _known(name, f"the environment variable {variable}")
            if setting:
                values[name] = _from_text(setting, text)
    for setting in SETTINGS:
        values.setdefault(setting.name, setting.default)
    return {name: _fill(value, directory) for name, value in values.items()}


def _files(directory: Path) -> list[Path]:
    first = directory / "settings.yaml"
    more = sorted((directory / "settings.d").glob("*.yaml"))
    return [path for path in (first, *more) if path.is_file()]


def _read(path: Path) -> dict[str, Any]:
    try:
        data = yaml.load(path.read_bytes()).data
    except InvalidDocument as error:
        raise InvalidSettings(f"{path}: {error}") from error
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise InvalidSettings(f"{path}: a map of settings is needed, not {type(data).__name__}")
    values: dict[str, Any] = {}
    for name, value in cast("dict[Any, Any]", data).items():
        setting = _known(str(name), str(path))
        if setting:
            values[setting.name] = _checked(setting, value, str(path))
    return values


def _known(name: str, source: str) -> Setting | None:
    if name in BY_NAME:
        return BY_NAME[name]
    if name in WITHOUT_EFFECT:
        log.warning("%s: %s is accepted for LAVA's sake and changes nothing", source, name)
        return None
    nearest = difflib.get_close_matches(name, BY_NAME, 1)
    hint = f"; did you mean {nearest[0]}?" if nearest else ""
    raise InvalidSettings(f"{source}: there is no setting {name}{hint}")


def _from_text(setting: Setting, text: str) -> Any:
    source = f"the environment variable PUMICE_{setting.name}"
    if setting.kind == "texts":
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if setting.kind == "boolean" and text.lower() in _TRUE | _FALSE:
        return text.lower() in _TRUE
    try:
        if setting.kind == "integer":
            return int(text)
        if setting.kind == "number":
            return float(text)
    except ValueError:
        pass
    if setting.kind == "any" and text.lstrip().startswith(("{", "[")):
        return _from_yaml(text, source)
    return _checked(setting, text, source)


def _from_yaml(text: str, source: str) -> Any:
    try:
        return yaml.load(text.encode()).data
    except InvalidDocument as error:
        raise InvalidSettings(f"{source}: {error}") from error


def _checked(setting: Setting, value: Any, source: str) -> Any:
    if setting.kind == "map" and isinstance(value, str):
        value = _from_yaml(value, source)  # as LAVA's environment has them
    if setting.kind == "texts" and isinstance(value, (list, tuple)):
        return tuple(str(item) for item in cast("list[Any]", value))
    fits = {
        "text": isinstance(value, str),
        "integer": isinstance(value, int) and not isinstance(value, bool),
        "number": isinstance(value, (int, float)) and not isinstance(value, bool),
        "boolean": isinstance(value, bool),
        "texts": False,
        "map": isinstance(value, dict),
        "any": True,
    }
    if not fits[setting.kind]:
        wanted = "a list of texts" if setting.kind == "texts" else f"of the kind {setting.kind}"
        # What belongs to signing in may hold a password, also where it stands in the wrong place.
        found = "" if setting.name.startswith("AUTH_") else f", not {value!r}"
        raise InvalidSettings(f"{source}: {setting.name} must be {wanted}{found}")
    return value


def _fill(value: Any, directory: Path) -> Any:
    if isinstance(value, str):
        return value.replace("{dir}", str(directory))
    if isinstance(value, tuple):
        return tuple(_fill(item, directory) for item in cast("tuple[Any, ...]", value))
    if isinstance(value, dict):
        given = cast("dict[Any, Any]", value)
        return {str(name): _fill(item, directory) for name, item in given.items()}
    return value
