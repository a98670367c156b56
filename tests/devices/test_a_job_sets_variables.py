"""A job's context reaches the device's configuration, where the dictionary leaves it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pumice.devices import library
from pumice.devices.rendering import render
from pumice.formats import yaml

Rendered = Callable[..., Any]


def qemu(rendered: Rendered, lines: str = "", **context: Any) -> dict[str, Any]:
    parameters = rendered(lines, context=context)["actions"]["boot"]["methods"]["qemu"]
    return parameters["parameters"]


def test_the_context_of_a_small_job_is_taken(rendered: Rendered) -> None:
    parameters = qemu(
        rendered, arch="amd64", no_kvm=True, memory=1024, extra_options=["-smp", 2], cpu="max"
    )
    assert parameters["command"] == "qemu-system-x86_64"
    assert parameters["options"] == [
        "-cpu max",
        "-nographic",
        "-net nic,model=virtio,macaddr=52:54:00:12:34:58 -net user",
        "-m 1024",
        "-monitor none",
    ]
    assert parameters["extra"] == ["-smp", 2]


@pytest.mark.parametrize(
    ("arch", "command", "options", "interface"),
    [
        ("amd64", "qemu-system-x86_64", ["-cpu host", "-enable-kvm"], "ide"),
        ("x86_64", "qemu-system-x86_64", ["-cpu host", "-enable-kvm"], "ide"),
        ("i386", "qemu-system-i386", ["-cpu host", "-enable-kvm"], "ide"),
        ("arm64", "qemu-system-aarch64", ["-machine virt", "-cpu cortex-a57"], "virtio"),
        ("aarch64", "qemu-system-aarch64", ["-machine virt", "-cpu cortex-a57"], "virtio"),
        ("arm", "qemu-system-arm", ["-machine virt", "-cpu cortex-a15"], "virtio"),
    ],
)
def test_the_architecture_decides_on_the_machine(
    rendered: Rendered, arch: str, command: str, options: list[str], interface: str
) -> None:
    parameters = qemu(rendered, arch=arch)
    assert parameters["command"] == command
    assert parameters["options"][:2] == options
    guest = rendered(context={"arch": arch})["actions"]["deploy"]["methods"]["image"]
    assert guest["parameters"]["guest"]["interface"] == interface


def test_options_of_qemu_may_be_given_with_or_without_their_flag(rendered: Rendered) -> None:
    parameters = qemu(rendered, machine="q35", vga="std", serial="-serial mon:stdio", no_kvm=True)
    assert parameters["options"][:4] == [
        "-machine q35",
        "-nographic",
        "-vga std",
        "-serial mon:stdio",
    ]


def test_the_dictionary_beats_the_context(rendered: Rendered) -> None:
    assert "-m 256" in qemu(rendered, "{% set memory = 256 %}", memory=4096)["options"]


def test_a_default_in_the_dictionary_leaves_the_context_its_say(rendered: Rendered) -> None:
    lines = "{% set memory = memory | default(256) %}"
    assert "-m 4096" in qemu(rendered, lines, memory=4096)["options"]
    assert "-m 256" in qemu(rendered, lines)["options"]


@pytest.mark.parametrize(
    "value", ["a: b", "x\n  evil: true", "'", '"', "#", "{", "\t", "\u2028", "\x85", "é😀", "- x"]
)
def test_what_a_job_says_cannot_change_the_structure(rendered: Rendered, value: str) -> None:
    before, after = rendered(), rendered(context={"boot_root": value, "extra_options": value})
    options = after["actions"]["boot"]["methods"]["qemu"]["parameters"]
    assert options["boot_options"]["root"] == value
    assert options["extra"] == value
    assert after.keys() == before.keys()
    assert after["commands"] == before["commands"]


def test_the_caller_s_context_is_left_as_it_was() -> None:
    context: dict[str, Any] = {"listed": ["a"]}
    text = "{% set _ = listed.append('b') %}{% set new = 1 %}listed: {{ listed | yaml_quote }}"
    assert yaml.load(render(text, library, context=context)).data == {"listed": ["a", "b"]}
    assert context == {"listed": ["a"]}
