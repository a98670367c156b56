"""YAML of plain data is written without PyYAML, and no byte differs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pumice.formats import dumping, yaml

WORDS = [
    "yes", "no", "on", "Null", "~", "", " ", "a b", "a: b", "a:", "a #b", "#a", "08", "0x1f", "1_0",
    "1.5", "1e3", ".5", "+1", "-", "-a", "---", "...", "=", "<<", "2026-01-02", "12:30:45", "é",
    "2026-01-02 03:04:05.678901+00:00", "/results/testcase/5", "http://x/y", "a  b", "a\tb", "{a}",
    "[a]", "'a'", '"a"', "a, b", "a'b", "&a", "*a", "!a", "%a", "@a", "`a", "|", ">", "? a", "a ",
    "\x07", "\u2028", "\ufeff", "😀",
]  # fmt: skip
TEXTS = st.sampled_from(WORDS) | st.text(max_size=8) | st.text("ab01:-_./ '#", max_size=8)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
)


@given(st.lists(PLAIN, max_size=3) | st.dictionaries(TEXTS, PLAIN, max_size=3))
def test_plain_data_is_written_alike(data: Any) -> None:
    assert yaml.dump(data) == dumping.with_pyyaml(data)


@pytest.mark.parametrize("word", WORDS)
def test_a_text_is_written_alike_as_key_and_as_value(word: str) -> None:
    data = {word: word, "list": [word, [word], {word: [word]}]}
    assert yaml.dump(data) == dumping.with_pyyaml(data)


@pytest.mark.parametrize(
    "data", [{}, [], {"a": 1.5}, {1: 2}, {"a": "b\nc"}, ["x" * 500], "a", None]
)
def test_what_is_not_plain_is_left_to_pyyaml(data: Any) -> None:
    assert yaml.dump(data) == dumping.with_pyyaml(data)
