"""The configuration files of the lab's folder: dictionaries, device types, workers' files.

Whatever is read here raises InvalidDocument where a file is no text in UTF-8, or too large.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from pumice.devices import library, rendering
from pumice.formats.errors import InvalidDocument

_MOST_BYTES = 4 << 20
_LONGEST_NAME = 255
"""Bytes that the systems of files know."""


class NoConfiguration(Exception):
    """There is no such file: put it into the lab's folder, or name another."""


class SiteTemplates:
    """Templates as dictionaries find them: beside them, the site's own types, then the shipped."""

    def read(self, name: str) -> str | None:
        for folder in (settings.DEVICES_PATH, *settings.DEVICE_TYPES_PATHS):
            if (text := _read(Path(folder), name)) is not None:
                return text
        return library.read(name)


def dictionary(hostname: str) -> str:
    """The text of a device's dictionary. Raises NoConfiguration."""
    text = _read(Path(settings.DEVICES_PATH), f"{hostname}.jinja2")
    if text is None:
        raise NoConfiguration(f"Device '{hostname}' does not have a configuration")
    return text


def dictionaries() -> list[str]:
    """The names of all devices that have a dictionary, sorted; there may be no such device."""
    paths = Path(settings.DEVICES_PATH).glob("*.jinja2")
    return sorted(path.stem for path in paths if path.is_file())


def has_dictionary(hostname: str) -> bool:
    """Whether the device has a dictionary."""
    path = _inside(Path(settings.DEVICES_PATH), f"{hostname}.jinja2")
    return path is not None and path.is_file()


def render_device(hostname: str, context: Mapping[str, Any] | None = None) -> str:
    """The device's rendered configuration (YAML).

    ``context`` is a job's. Raises NoConfiguration, InvalidDocument.
    """
    return rendering.render(
        dictionary(hostname), SiteTemplates(), name=f"{hostname}.jinja2", context=context
    )


def health_check(hostname: str) -> str | None:
    """The text of the health check of a device: named as the template it extends; or None."""
    if not has_dictionary(hostname):
        return None
    extended = rendering.extended_template(dictionary(hostname))
    return None if extended is None else health_check_of(extended.removesuffix(".jinja2"))


def template(device_type: str) -> str | None:
    """The template of a device type: the site's own, else the shipped one; or None."""
    name = f"{device_type}.jinja2"
    own = (_read(Path(folder), name) for folder in settings.DEVICE_TYPES_PATHS)
    return next((text for text in own if text is not None), library.read(name))


def health_check_of(device_type: str) -> str | None:
    """The text of the health check of a device type, or None."""
    folder = Path(settings.HEALTH_CHECKS_PATH)
    found = (_read(folder, device_type + suffix) for suffix in (".yaml", ".yml"))
    return next((text for text in found if text is not None), None)


def has_template(device_type: str) -> bool:
    """Whether the device type has a template, the site's own or a shipped one."""
    return SiteTemplates().read(f"{device_type}.jinja2") is not None


def is_shipped_template(device_type: str) -> bool:
    """Whether the site has not replaced this device type's template by its own."""
    name = f"{device_type}.jinja2"
    return all(_read(Path(folder), name) is None for folder in settings.DEVICE_TYPES_PATHS)


def installable_types() -> list[str]:
    """Names of all templates, the site's and the shipped, that are no base of others."""
    names = {name.removesuffix(".jinja2") for name in library.names()}
    for folder in settings.DEVICE_TYPES_PATHS:
        names.update(path.stem for path in Path(folder).glob("*.jinja2"))
    return sorted(name for name in names if not name.startswith("base"))


def dispatcher_configuration(worker: str) -> str | None:
    """The worker's dispatcher.yaml, or None."""
    return _first(_of_worker(worker, "dispatcher.yaml"), _of_site(f"{worker}.yaml"))


def environment(worker: str) -> str | None:
    """The worker's env.yaml or the site's, or None."""
    return _first(_of_worker(worker, "env.yaml"), _in_lab("env.yaml"))


def environment_dut(worker: str) -> str | None:
    """The worker's env-dut.yaml or the site's, or None."""
    return _first(_of_worker(worker, "env-dut.yaml"), _in_lab("env-dut.yaml"))


def has_own(worker: str, name: str) -> bool:
    """Whether the worker has a file of this name of its own."""
    return any(text is not None for text in _of_worker(worker, name))


def _of_worker(worker: str, name: str) -> Iterator[str | None]:
    folder = _inside(Path(settings.DISPATCHER_CONFIG_PATH), worker)
    yield _read(folder, name) if folder else None


def _of_site(name: str) -> Iterator[str | None]:
    yield _read(Path(settings.DISPATCHER_CONFIG_PATH), name)


def _in_lab(name: str) -> Iterator[str | None]:
    yield _read(Path(settings.PUMICE_DIR), name)


def _first(*sources: Iterator[str | None]) -> str | None:
    return next((text for source in sources for text in source if text is not None), None)


def _inside(folder: Path, name: str) -> Path | None:
    """The path of a name that must be one component: names come from outside."""
    if not name or name.startswith(".") or "/" in name or "\0" in name:
        return None
    if len(name.encode(errors="replace")) > _LONGEST_NAME:
        return None
    return folder / name


def _read(folder: Path, name: str) -> str | None:
    path = _inside(folder, name)
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    if len(data) > _MOST_BYTES:
        raise InvalidDocument.because(f"{name} has more than {_MOST_BYTES} bytes")
    try:
        return io.StringIO(data.decode(), newline=None).read()  # whatever ends its lines
    except UnicodeDecodeError as error:
        raise InvalidDocument.because(f"{name} is not written in UTF-8") from error
