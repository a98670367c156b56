"""The shipped device types."""

from __future__ import annotations

import pytest

from pumice.devices import library
from pumice.devices.rendering import extended_template, render
from pumice.formats import yaml


def test_every_template_is_named_and_read() -> None:
    assert {"base.jinja2", "qemu.jinja2", "qemu-aarch64.jinja2"} <= set(library.names())
    assert list(library.names()) == sorted(library.names())
    for name in library.names():
        assert library.read(name)


@pytest.mark.parametrize("name", ["", "nothing.jinja2", "__init__.py", "../base.jinja2", "base"])
def test_any_other_name_is_no_template(name: str) -> None:
    assert library.read(name) is None


@pytest.mark.parametrize("name", library.names())
def test_every_template_renders_to_yaml_and_extends_a_shipped_one(name: str) -> None:
    text = library.read(name)
    assert text is not None
    assert isinstance(yaml.load(render(text, library, name=name)).data, dict)
    parent = extended_template(text)
    assert parent in library.names() or name == "base.jinja2"
