"""What a type fixes wins over a dictionary; what it gives a default, dictionary and job may set.

``data/types.json.gz`` holds, for every type of LAVA 2026.07, the type that it extends, the
variables that it sets with a default, and those that it sets whatever came before.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pumice.devices import library, variables
from pumice.devices.rendering import render

_DATA = Path(__file__).parent / "data" / "types.json.gz"
OBSERVED: dict[str, dict[str, Any]] = json.loads(gzip.decompress(_DATA.read_bytes()))

ADDED_TO = {"extra_kernel_args"}
"""A type's value stands before the dictionary's, instead of replacing it."""

ONLY_WITH_MAINLINE = {"meson-gx-common", "meson-g12-common"}
"""These fix `booti` addresses only where `use_mainline_uboot` is set."""

CONDITIONAL = {
    "d03": {"console_device", "baud_rate"},  # only for Debian's installer
    "meson-g12-common": {"boot_character_delay"},  # only where use_mainline_uboot is set
    "vexpress": {"connection_timeout_bootloader_commands"},  # given 180 before it is given 30
}
"""Defaults that LAVA's template states but does not always use, as its rendering shows."""


def rendered(name: str, values: Mapping[str, Any], context: Mapping[str, Any]) -> str:
    lines = "".join(f"{{% set {key} = {json.dumps(value)} %}}" for key, value in values.items())
    return render(f"{{% extends '{name}.jinja2' %}}{lines}", library, context=context)


def some(found: Mapping[str, Any]) -> dict[str, str]:
    return dict.fromkeys(found, "SOME")


@pytest.mark.parametrize("name", sorted(OBSERVED))
def test_a_default_is_the_value_without_a_dictionary_s_own(name: str) -> None:
    fixed = OBSERVED[name].get("fixed") or {}
    defaults = OBSERVED[name].get("default") or {}
    unused = CONDITIONAL.get(name, set())
    if defaults.get("use_uboot_env_addr"):
        unused = unused | {key for key in defaults if key.startswith("booti_")}
    stated = {k: value for k, value in defaults.items() if k not in fixed and k not in unused}
    assert rendered(name, stated, {}) == rendered(name, {}, {})


@pytest.mark.parametrize("name", [n for n, found in OBSERVED.items() if found.get("default")])
def test_a_job_s_context_sets_a_default_as_a_dictionary_does(name: str) -> None:
    defaults = some(OBSERVED[name]["default"])
    assert rendered(name, {}, defaults) == rendered(name, defaults, {})


@pytest.mark.parametrize("name", [n for n, found in OBSERVED.items() if found.get("fixed")])
def test_what_a_type_fixes_is_no_one_else_s_to_set(name: str) -> None:
    fixed = some(OBSERVED[name]["fixed"])
    for key in list(fixed):
        if key in ADDED_TO or (name in ONLY_WITH_MAINLINE and key.startswith("booti_")):
            del fixed[key]
    assert rendered(name, fixed, fixed) == rendered(name, {}, {})


@pytest.mark.parametrize("name", sorted(OBSERVED.keys() - {"base"}))
def test_a_type_extends_the_observed_one_s_family(name: str) -> None:
    ancestors = [name]
    while (parent := variables.parent(ancestors[-1])) is not None:
        ancestors.append(parent)
    assert OBSERVED[name].get("extends", "base") in ancestors
