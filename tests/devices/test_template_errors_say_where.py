"""What is wrong with a template is said with its name and line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pumice.devices import library
from pumice.devices.rendering import SearchPath, extended_template, render
from pumice.formats import yaml
from pumice.formats.errors import InvalidDocument

Files = Callable[..., Any]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n{% foo %}", "board.jinja2, line 2: Encountered unknown tag 'foo'"),
        ("\n\n{{ x | nothing }}", "board.jinja2, line 3: No filter named 'nothing'"),
        ("{% set x = 1 %}\n{{ 1 / 0 }}", "board.jinja2, line 2: division by zero"),
        ("{{ a.b.c }}", "board.jinja2, line 1: 'a' is undefined"),
        ("{% for x in 5 %}{% endfor %}", "board.jinja2, line 1: 'int' object is not iterable"),
        (
            "{% extends 'qmu.jinja2' %}",
            "line 1: there is no template 'qmu.jinja2': did you mean 'qemu.jinja2'?",
        ),
        ("{# never ends", "board.jinja2, line 1: Missing end of comment tag"),
    ],
)
def test_the_message_names_the_template_and_the_line(text: str, message: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        render(text, library, name="board.jinja2")
    assert message in str(caught.value)
    assert caught.value.problems[0].line == text.count("\n") + 1


def test_the_innermost_template_is_named(files: Files) -> None:
    source = files(
        family="a: 1\n\n{% macro m() %}\n{{ 1 / 0 }}\n{% endmacro %}{{ m() }}",
        type="{% extends 'family.jinja2' %}",
    )
    with pytest.raises(InvalidDocument, match=r"^family\.jinja2, line 4: division by zero"):
        render("{% extends 'type.jinja2' %}", source)


def test_a_broken_parent_is_named(files: Files) -> None:
    source = files(type="fine\n{% if %}")
    with pytest.raises(InvalidDocument, match=r"^type\.jinja2, line 2: "):
        render("{% extends 'type.jinja2' %}", source)


def test_a_site_s_template_comes_before_the_shipped_one(files: Files) -> None:
    site = files(qemu="{% extends 'base.jinja2' %}{% block body %}site: true\n{% endblock %}")
    text = render("{% extends 'qemu.jinja2' %}", SearchPath(site, library))
    assert yaml.load(text).data["site"] is True
    assert "available_architectures" not in text


def test_a_changed_template_is_rendered_anew(files: Files) -> None:
    text = "{% extends 'type.jinja2' %}"
    assert render(text, files(type="a: 1")) == "a: 1"
    assert render(text, files(type="a: 2")) == "a: 2"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("{% extends 'qemu.jinja2' %}{% set a = 1 %}", "qemu.jinja2"),
        ('{# note #}\n{%- extends "x.jinja2" -%}', "x.jinja2"),
        ("{% set a = 1 %}", None),
        ("{% if a %}{% extends 'a' %}{% else %}{% extends 'b' %}{% endif %}", None),
        ("{% extends name %}", None),
        ("{# {% extends 'x.jinja2' %} #}", None),
    ],
)
def test_the_template_that_a_dictionary_extends_is_found(text: str, name: str | None) -> None:
    assert extended_template(text) == name


def test_a_dictionary_that_is_no_template_extends_nothing_that_can_be_told() -> None:
    with pytest.raises(InvalidDocument, match=r"board\.jinja2, line 1"):
        extended_template("{% extends %}", name="board.jinja2")
