"""Every shipped device type renders to what LAVA 2026.07 was observed to render, value by value.

``data/configurations.json.gz`` holds the families whole (``families``) and, for every other
type, the one that it extends and the paths whose values differ (``others``).
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pumice.devices import configuration, library
from pumice.devices.rendering import render

_DATA = Path(__file__).parent / "data" / "configurations.json.gz"
OBSERVED: dict[str, Any] = json.loads(gzip.decompress(_DATA.read_bytes()))
NAMES = sorted({*OBSERVED["families"], *OBSERVED["others"]})

Flat = Callable[[Any], dict[str, Any]]
Rendered = Callable[..., Any]


@cache
def _expected(name: str, flat: Flat) -> dict[str, Any]:
    if name in OBSERVED["families"]:
        return flat(OBSERVED["families"][name])
    row = OBSERVED["others"][name]
    values = dict(_expected(row["extends"], flat))
    for path in row.get("unset") or ():
        values.pop(path, None)
    for path, value in (row.get("set") or {}).items():
        parents = {path[:end] for end, letter in enumerate(path) if letter == "/"}
        values = {
            other: known
            for other, known in values.items()
            if other not in parents and not other.startswith(f"{path}/")
        }
        values[path] = value
    return values


def test_every_type_is_shipped() -> None:
    assert len(NAMES) == 488
    own = {
        "base.jinja2",
        "fastboot.jinja2",
        "grub-uefi.jinja2",
        "uboot-arm64.jinja2",
        "uboot-x86.jinja2",
    }
    assert set(library.names()) == own | {f"{name}.jinja2" for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_a_type_renders_to_the_observed_values(
    typed_rendered: Rendered, flat: Flat, name: str
) -> None:
    assert flat(typed_rendered(name)) == _expected(name, flat)


@pytest.mark.parametrize("name", NAMES)
def test_a_dictionary_that_only_extends_a_type_is_a_valid_configuration(name: str) -> None:
    read = configuration.parse(render(f"{{% extends '{name}.jinja2' %}}", library))
    assert read.boot_methods
    assert read.action_timeouts
