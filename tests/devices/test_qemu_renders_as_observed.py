"""What the type ``qemu`` renders to, value by value, and what each variable changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pumice.formats import yaml

_DATA = Path(__file__).parent / "data" / "variables.yaml"
EXAMPLES: dict[str, Any] = yaml.load(_DATA.read_bytes()).data

Rendered = Callable[..., Any]
Flat = Callable[[Any], dict[str, Any]]


@pytest.mark.parametrize("parent", ["qemu", "qemu-aarch64"])
def test_the_whole_configuration_is_the_observed_one(
    rendered: Rendered, observed: Callable[[str], Any], parent: str
) -> None:
    assert rendered(parent=parent) == observed("qemu.yaml")


@pytest.mark.parametrize(
    "example",
    [*EXAMPLES["base"].values(), *EXAMPLES["qemu"].values()],
    ids=[*(f"base-{name}" for name in EXAMPLES["base"]), *EXAMPLES["qemu"]],
)
def test_a_variable_changes_what_was_observed_and_nothing_else(
    rendered: Rendered, flat: Flat, example: dict[str, Any]
) -> None:
    before, after = flat(rendered()), flat(rendered(example["set"]))
    removed = set(before) - set(after)
    changed = {path: value for path, value in after.items() if before.get(path, ...) != value}
    expected = example.get("changes") or {}
    assert {path: changed.get(path, "unchanged") for path in expected} == expected
    assert len(changed) == len(expected) + example.get("and_more", 0)
    assert removed == set(example.get("removes") or ())


@pytest.mark.parametrize("group", ["consoles", "commands"])
def test_a_group_of_variables_gives_what_was_observed(
    rendered: Rendered, flat: Flat, group: str
) -> None:
    example = EXAMPLES[group]
    given = flat(rendered(example["set"], console=""))
    for path, value in example["gives"].items():
        for inner, expected in flat({path: value}).items():
            assert given[inner] == expected


def test_a_command_stands_unquoted_so_that_yaml_decides(rendered: Rendered) -> None:
    assert rendered("{% set power_on_command = 'ON' %}")["commands"]["power_on"] is True


def test_a_command_that_yaml_could_not_read_is_quoted(rendered: Rendered) -> None:
    command = "curl -d '{\"a\": [1]}' http://pdu/off #1"
    lines = "{% set power_off_command = " + repr(command) + " %}"
    assert rendered(lines)["commands"]["power_off"] == command


def test_without_a_console_there_is_no_connect(rendered: Rendered) -> None:
    assert set(rendered(console="")["commands"]) == {"hard_reset", "power_on", "power_off"}


def test_tags_of_a_console_may_be_one_text(rendered: Rendered) -> None:
    lines = """
    {% set connection_list = ['uart0'] %}
    {% set connection_commands = {'uart0': 'telnet localhost 7001'} %}
    {% set connection_tags = {'uart0': 'primary'} %}
    """
    assert rendered(lines, console="")["commands"]["connections"] == {
        "uart0": {"connect": "telnet localhost 7001", "tags": ["primary"]}
    }
