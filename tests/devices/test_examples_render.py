"""The device dictionaries under examples/ render to configurations."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pumice.devices import configuration, library, variables
from pumice.devices.rendering import extended_template, render

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "devices").glob("*.jinja2"))


def test_there_are_examples() -> None:
    assert EXAMPLES


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_an_example_renders_to_a_device_that_boots(path: Path) -> None:
    text = path.read_text("utf-8")
    context = {"scheduled_device_name": path.stem, "arch": "amd64"}
    device = configuration.parse(render(text, library, name=path.name, context=context))
    assert device.hostname == path.stem
    assert device.boot_methods
    assert extended_template(text) in library.names()


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_an_example_sets_only_variables_that_its_type_asks_for(path: Path) -> None:
    text = path.read_text("utf-8")
    parent = extended_template(text)
    assert parent is not None
    known = variables.all_of(parent.removesuffix(".jinja2"))
    assert set(re.findall(r"{% set (\w+)", text)) <= set(known)
