"""A rendered configuration as planning reads it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pumice.devices import configuration
from pumice.devices.configuration import Connection
from pumice.formats import yaml
from pumice.formats.errors import InvalidDocument

LEAST = "timeouts: {}\nconstants: {}\nparameters:\n"


def test_a_qemu_device_has_its_parts(rendered: Callable[..., Any]) -> None:
    data = rendered("{% set boot_character_delay = '5' %}{% set device_info = [{'a': 1}] %}")
    device = configuration.parse(yaml.dump(data))
    assert (device.hostname, device.device_type) == ("NAME", "TYPE")
    assert "amd64" in device.available_architectures
    assert list(device.boot_methods) == ["minimal", "qemu", "qemu-nfs"]
    assert device.boot_methods["minimal"] == {}
    assert device.boot_methods["qemu"]["parameters"]["command"] == "qemu-system-x86_64"
    assert list(device.deploy_methods) == ["image", "nfs"]
    assert list(device.test_methods) == ["docker"]
    assert device.action_timeouts["boot-qemu-image"] == 120
    assert device.connection_timeouts["lava-test-shell"] == 10
    assert device.commands["hard_reset"] == ["HARD_RESET"]
    assert device.character_delays == {"deploy": 0, "boot": 5, "test": 0}
    assert device.constants["default-shell-prompt"] == "lava-test: # "
    assert device.device_info == [{"a": 1}]
    assert device.data == data


def test_the_least_configuration_is_empty() -> None:
    device = configuration.parse(LEAST)
    assert (device.hostname, device.boot_methods, device.commands) == ("", {}, {})
    assert (device.parameters, device.environment, device.static_info) == ({}, {}, [])


def test_consoles_and_own_commands_are_read() -> None:
    device = configuration.parse(
        LEAST
        + """
commands:
  must_use_connection: true
  power_on: [first, second]
  connections:
    uart0: {connect: telnet host 7001, tags: [primary]}
    uart1: {connect: telnet host 7002}
  users: {relay: {do: on, undo: [a, b]}}
""".replace("do: on", "do: 'on'")
    )
    assert device.connections == {
        "uart0": Connection("telnet host 7001", ("primary",)),
        "uart1": Connection("telnet host 7002"),
    }
    assert device.must_use_connection is True
    assert device.commands == {"power_on": ["first", "second"]}
    assert device.user_commands == {"relay": {"do": ["on"], "undo": ["a", "b"]}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a", "a device's configuration is a map of keys, found a list"),
        ("constants: {}\nparameters: {}", "the key 'timeouts' is missing"),
        (
            LEAST + "commands: {power_on: true}",
            "a command or a list of commands is needed, found t",
        ),
        (LEAST + "commands: {users: {a: {undo: x}}}", "the key 'do' is missing (commands.users.a"),
        (
            LEAST + "actions: {boot: {methods: [qemu]}}",
            "a map is needed, found a list (actions.boot",
        ),
        (
            LEAST + "character_delays: {boot: fast}",
            "a whole number is needed, found the text 'fast'",
        ),
        (LEAST + "character_delays: {boot: -1}", "a number of 0 or more is needed"),
        (LEAST + "device_info: x", "a list is needed, found the text 'x' (device_info; line 4"),
        (
            LEAST.replace("{}", "{actions: {x: {minute: 1}}}", 1),
            "unknown unit 'minute': use days, hours, minutes, seconds (timeouts.actions.x; line 1",
        ),
        (
            LEAST
            + "actions: {deploy: {methods: {ssh: {host: a}}}}\n"
            + "commands: {power_on: a, power_off: b, hard_reset: c}",
            "a device with an ssh host cannot have power_off, power_on, hard_reset",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, message: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        configuration.parse(text)
    assert message in str(caught.value)


def test_all_problems_are_reported_at_once() -> None:
    with pytest.raises(InvalidDocument) as caught:
        configuration.parse("timeouts: 5\nconstants: 5\nparameters: 5\n")
    assert len(caught.value.problems) == 3
