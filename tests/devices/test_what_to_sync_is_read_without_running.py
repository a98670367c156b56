"""``sync_to_lava`` of a dictionary: constants are read, nothing is run."""

from __future__ import annotations

import pytest

from pumice.devices.syncing import Wanted, read
from pumice.formats.errors import InvalidDocument

WHOLE = """\
{% extends 'qemu.jinja2' %}
{% set sync_to_lava = {
  'device_type': 'qemu', 'worker': 'worker-1', 'tags': ['a', "b", 'a'], 'aliases': ['kvm'],
  'physical_owner': 'alice', 'physical_group': none,
  'group_device_permissions': [['view_device', 'lab'], ('change_device', 'admins')],
} %}
"""


def test_all_keys_are_read() -> None:
    assert read(WHOLE) == Wanted(
        device_type="qemu",
        worker="worker-1",
        tags=("a", "b"),
        aliases=("kvm",),
        physical_owner="alice",
        physical_group=None,
        permissions=(("view_device", "lab"), ("change_device", "admins")),
    )


@pytest.mark.parametrize(
    "text",
    ["", "{% set sync_to_lava = 'qemu' %}", "{% set other = {'device_type': 'qemu'} %}"],
)
def test_without_a_map_nothing_is_wanted(text: str) -> None:
    assert read(text) is None


def test_what_is_not_constant_is_not_read() -> None:
    found = read(
        "{% set name = 'x' %}{% set sync_to_lava = {'device_type': 'qemu', 'worker': name,"
        " 'tags': ['a', name, 'b' ~ 'c', 'd' * 1000000000], name: 'x',"
        " 'aliases': range(1000000000), 'physical_owner': namespace().__class__} %}"
    )
    assert found == Wanted("qemu", None, ("a",), (), None, None, ())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{% set sync_to_lava = {} %}", "has no device_type"),
        ("{% set sync_to_lava = {'device_type': kind} %}", "has no device_type"),
        ("{% set sync_to_lava = {'device_type': 7} %}", "device_type of sync_to_lava is a text"),
        ("{% set sync_to_lava = {'device_type': 'x', 'tags': 'a'} %}", "is a list of texts"),
        ("{% set sync_to_lava = {'device_type': 'x', 'tags': [1]} %}", "is a list of texts"),
        ("{% set sync_to_lava = {'device_type': 'x', 'tags': [['a']]} %}", "is a list of texts"),
        (
            "{% set sync_to_lava = {'device_type': 'x', 'group_device_permissions': ['a']} %}",
            "is a list of [codename, group]",
        ),
        (
            "{% set sync_to_lava = {'device_type': 'x', 'group_device_permissions': 1} %}",
            "is a list of [codename, group]",
        ),
        ("{% set sync_to_lava = {", "line 1"),
        ("{% set sync_to_lava = " + "[" * 5000 + " %}", "the dictionary"),
        ("{# " + "x" * 100_000 + " #}", "characters"),
    ],
)
def test_what_is_wrong_is_said(text: str, reason: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        read(text, name="the dictionary")
    assert reason in str(caught.value)
