"""The observed data, and rendering as it was observed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from pumice.devices import library
from pumice.devices.rendering import render
from pumice.formats import yaml

DATA = Path(__file__).parent / "data"
COMMANDS = """
{% set hard_reset_command = 'HARD_RESET' %}
{% set power_on_command = 'POWER_ON' %}
{% set power_off_command = 'POWER_OFF' %}
"""
NAMES = {"scheduled_device_name": "NAME", "scheduled_device_type": "TYPE"}


class Files:
    """Templates by name, before the shipped ones."""

    def __init__(self, **texts: str) -> None:
        self._texts = {f"{name}.jinja2": text for name, text in texts.items()}

    def read(self, name: str) -> str | None:
        return self._texts.get(name) or library.read(name)


@pytest.fixture
def files() -> type[Files]:
    """A source of templates that a test writes."""
    return Files


@pytest.fixture
def observed() -> Callable[[str], Any]:
    """The data of a file in ``data/``."""
    return lambda name: yaml.load((DATA / name).read_bytes()).data


@pytest.fixture
def rendered() -> Callable[..., Any]:
    """Render a dictionary of the type ``qemu`` with the commands set as observed."""

    def run(
        lines: str = "",
        *,
        parent: str = "qemu",
        console: str = "{% set connection_command = 'CONNECT' %}",
        context: Mapping[str, Any] | None = None,
    ) -> Any:
        text = f"{{% extends '{parent}.jinja2' %}}{console}{COMMANDS}{lines}"
        return yaml.load(render(text, library, context={**NAMES, **(context or {})})).data

    return run


@pytest.fixture
def typed_rendered() -> Callable[..., Any]:
    """Render a dictionary of any type with the commands and serial numbers set as observed."""
    serials = """
    {% set adb_serial_number = 'ADB' %}
    {% set fastboot_serial_number = 'FASTBOOT' %}
    {% set board_id = 'BOARD' %}
    """

    def run(name: str, lines: str = "", *, context: Mapping[str, Any] | None = None) -> Any:
        console = "{% set connection_command = 'CONNECT' %}"
        text = f"{{% extends '{name}.jinja2' %}}{console}{COMMANDS}{serials}{lines}"
        return yaml.load(render(text, library, context={**NAMES, **(context or {})})).data

    return run


@pytest.fixture
def flat() -> Callable[[Any], dict[str, Any]]:
    """Values by path, the parts joined by ``/``; lists stand whole."""

    def walk(value: Any, path: str = "") -> dict[str, Any]:
        if not isinstance(value, dict) or not value:
            return {path: value}
        found: dict[str, Any] = {}
        for key, inner in cast("dict[Any, Any]", value).items():
            found |= walk(inner, f"{path}/{key}" if path else str(key))
        return found

    return walk
