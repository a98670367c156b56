"""The filters of device templates."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pumice.devices import library
from pumice.devices.rendering import render
from pumice.devices.values import qemu_guest_fs_interface, yaml_quote, yaml_value
from pumice.formats import yaml

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab: #", max_size=4), inner)
    ),
    max_leaves=8,
)


@settings(deadline=None, max_examples=150)
@given(VALUES)
def test_a_quoted_value_reads_back_the_same_and_is_one_line(value: Any) -> None:
    text = yaml_quote(value)
    assert "\n" not in text
    assert yaml.load(f"key: {text}\nlist: [{text}, {text}]\nnext: 0\n").data == {
        "key": value,
        "list": [value, value],
        "next": 0,
    }


@settings(deadline=None, max_examples=150)
@given(st.text("ab1:#-'\"[]{}&*!|>%@`,? \n\t=~", max_size=12))
def test_a_text_as_it_is_never_breaks_out_of_its_line(text: str) -> None:
    data = yaml.load(f"key: {yaml_value(text)}\nnext: 0\n").data
    assert list(data) == ["key", "next"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [("20", 20), ("ON", True), ("[a, b]", ["a", "b"]), ("'0000'", "0000"), ("a b", "a b")],
)
def test_yaml_decides_what_a_text_means(text: str, meant: object) -> None:
    assert yaml.load(f"key: {yaml_value(text)}").data == {"key": meant}


def test_undefined_is_an_empty_text_or_nothing() -> None:
    text = render("a: {{ x | yaml_quote }}\nb: {{ x | yaml_value }}\n", library)
    assert yaml.load(text).data == {"a": "", "b": None}


def test_shell_words_are_quoted() -> None:
    assert render('{{ "it\'s" | shlex_quote }}', library) == "'it'\"'\"'s'"


@pytest.mark.parametrize(
    ("architecture", "interface"), [("amd64", "ide"), ("i386", "ide"), ("arm64", "virtio")]
)
def test_the_disk_interface_follows_the_architecture(architecture: str, interface: str) -> None:
    assert qemu_guest_fs_interface(architecture) == interface
    text = render("{{ arch | qemu_guest_fs_interface }}", library, context={"arch": architecture})
    assert text == interface


def test_a_newline_after_a_tag_is_trimmed() -> None:
    assert render("{% if true %}\na\n{% endif %}\nb", library) == "a\nb"
