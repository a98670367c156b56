"""What a document means is what PyYAML's safe loader makes of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml as pyyaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pumice.formats import yaml

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abc-_ :#'", max_size=8), inner)
    ),
    max_leaves=20,
)


@settings(deadline=None, max_examples=150)
@given(PLAIN)
def test_what_is_dumped_reads_back_the_same(data: Any) -> None:
    text = yaml.dump(data)
    assert yaml.load(text).data == data
    assert pyyaml.load(text, Loader=pyyaml.CSafeLoader) == data


@settings(deadline=None, max_examples=150)
@given(st.text("abc123.:-+_{}[],&*!#|>'\"\n tfynoe~0x", max_size=40))
def test_any_text_means_what_pyyaml_says_or_is_refused(text: str) -> None:
    try:
        found = yaml.load(text).data
    except yaml.InvalidDocument:
        return
    assert repr(found) == repr(pyyaml.load(text, Loader=pyyaml.CSafeLoader))


@pytest.mark.parametrize(
    "text",
    ["yes", "0o17", "017", "0x1F", "1:30", "1e3", "1.5e+3", ".inf", "~", "''", "! '3'", "=", "on"],
)
def test_plain_words_resolve_as_in_yaml_1_1(text: str) -> None:
    expected = "=" if text == "=" else pyyaml.safe_load(text)
    assert yaml.load(text).data == expected


def test_dates_and_binary_values_are_read() -> None:
    assert yaml.load("a: 2026-11-01\nb: !!binary aGk=").data == {"a": date(2026, 11, 1), "b": b"hi"}


def test_an_empty_document_is_nothing() -> None:
    assert yaml.load("").data is None
    assert yaml.load("# only a comment\n").data is None


def test_bytes_and_a_byte_order_mark_are_read_as_utf_8() -> None:
    assert yaml.load(b"\xef\xbb\xbfname: \xc3\xa9").data == {"name": "é"}


def test_aliases_repeat_and_merge_keys_merge() -> None:
    text = """
base: &base {a: 1, b: 2}
other: &other {b: 3, c: 4}
merged: {<<: [*base, *other], d: 5}
own: {<<: *base, b: 6}
same: *base
"""
    assert yaml.load(text).data == pyyaml.safe_load(text)
    assert yaml.load(text).data["merged"] == {"a": 1, "b": 2, "c": 4, "d": 5}
    assert yaml.load(text).data["own"] == {"a": 1, "b": 6}


def test_a_dump_keeps_the_order_of_keys_and_the_lines_of_texts() -> None:
    text = yaml.dump({"z": 1, "a": {"run": "one\ntwo\n"}, "list": ["x", {"k": "v"}]})
    assert text == "z: 1\na:\n  run: |\n    one\n    two\nlist:\n- x\n- k: v\n"


def test_a_dump_writes_what_is_shared_in_full() -> None:
    shared = {"k": 1}
    assert "&" not in yaml.dump({"a": shared, "b": shared})
