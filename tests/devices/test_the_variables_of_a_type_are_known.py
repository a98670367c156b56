"""What a dictionary may set is read from the templates."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from pumice.devices import library, variables

_DATA = Path(__file__).parent / "data" / "variables.json.gz"
OBSERVED: dict[str, dict[str, Any]] = json.loads(gzip.decompress(_DATA.read_bytes()))


@pytest.mark.parametrize("name", sorted(OBSERVED))
def test_every_variable_that_acts_is_known(name: str) -> None:
    assert set(OBSERVED[name]) <= set(variables.all_of(name))


def test_a_default_is_given_as_yaml() -> None:
    found = variables.own("qemu")
    assert found["memory"] == "512"
    assert found["arch"] == "'amd64'"
    assert found["machine"] is None


def test_a_family_s_own_variables_leave_out_those_of_its_parent() -> None:
    assert "ums_command" in variables.own("base-uboot")
    assert "power_on_command" not in variables.own("base-uboot")
    assert "power_on_command" in variables.all_of("base-uboot")


def test_a_macro_s_variables_belong_to_the_families_that_call_it() -> None:
    assert "ssh_host" in variables.own("ssh")
    assert "ssh_host" not in variables.all_of("base-grub")


def test_what_a_template_computes_is_no_variable() -> None:
    assert not {"uboot_fetch", "entry", "message"} & set(variables.all_of("base-uboot"))


def test_a_type_names_the_one_that_it_extends() -> None:
    assert variables.parent("beaglebone-black") == "base-uboot"
    assert variables.parent("base") is None


def test_families_are_the_types_with_a_file_of_their_own() -> None:
    assert {"base", "base-uboot", "qemu"} <= set(library.families())
    assert "acer-R721T-grunt" not in library.families()


def test_an_unknown_type_has_no_variables() -> None:
    with pytest.raises(variables.NoSuchType):
        variables.own("nothing")
