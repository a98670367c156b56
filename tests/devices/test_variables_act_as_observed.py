"""Setting a variable changes the values that LAVA 2026.07 was observed to change, and no others.

``data/variables.json.gz`` holds an example for each variable of each family and of every type
with logic of its own: the line that sets it, the paths that change (at most six, and how many
more) and those that disappear (at most six).
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

_DATA = Path(__file__).parent / "data" / "variables.json.gz"
OBSERVED: dict[str, dict[str, Any]] = json.loads(gzip.decompress(_DATA.read_bytes()))
_MOST = 6

BETTER = {("base-fastboot", "fastboot_deploy_uboot_commands")}
"""LAVA joins the commands of this list to one line, which no bootloader understands."""

Flat = Callable[[Any], dict[str, Any]]
Rendered = Callable[..., Any]


@pytest.mark.parametrize("name", sorted(OBSERVED))
def test_each_variable_of_a_type_changes_what_was_observed(
    typed_rendered: Rendered, flat: Flat, name: str
) -> None:
    before = flat(typed_rendered(name))
    for variable, example in OBSERVED[name].items():
        if (name, variable) in BETTER:
            continue
        after = flat(typed_rendered(name, example["set"]))
        changed = {path: value for path, value in after.items() if before.get(path, ...) != value}
        removed = {path for path in before if path not in after and not _grew(path, changed)}
        expected: dict[str, Any] = example.get("changes") or {}
        gone = set(example.get("removes") or ())
        assert {path: changed.get(path, "unchanged") for path in expected} == expected, variable
        assert len(changed) == len(expected) + example.get("and_more", 0), variable
        assert gone <= removed, variable
        assert removed == gone or len(gone) == _MOST, variable


def _grew(path: str, changed: dict[str, Any]) -> bool:
    """Whether an empty value has become a map."""
    return any(other.startswith(f"{path}/") for other in changed)


def test_commands_sent_to_u_boot_before_fastboot_stay_apart(typed_rendered: Rendered) -> None:
    lines = "{% set fastboot_deploy_uboot_commands = ['one', 'two'] %}"
    methods = typed_rendered("base-fastboot", lines)["actions"]["deploy"]["methods"]
    assert methods["u-boot"]["parameters"]["fastboot"]["commands"] == ["one", "two"]


def test_a_job_s_context_sets_what_a_board_leaves_open(typed_rendered: Rendered) -> None:
    prompt = {"bootloader_prompt": "U-Boot#"}
    boot = typed_rendered("am57xx-beagle-x15", context=prompt)["actions"]["boot"]["methods"]
    assert boot["u-boot"]["parameters"]["bootloader_prompt"] == "U-Boot#"


def test_what_a_board_fixes_wins_over_dictionary_and_context(typed_rendered: Rendered) -> None:
    lines = "{% set bootm_kernel_addr = '0x1' %}"
    context = {"bootm_kernel_addr": "0x2"}
    parameters = typed_rendered("am57xx-beagle-x15", lines, context=context)["parameters"]
    assert parameters["bootm"]["kernel"] == "0x82000000"
