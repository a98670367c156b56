"""Records of cases are written as the YAML dumper writes them, character by character."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pumice.formats import yaml
from pumice.server.results.writing import records_yaml

WORDS = st.sampled_from(
    [
        *("yes", "No", "TRUE", "off", "null", "Null", "yEs", "y", "~", "=", "<<", "None", "inf"),
        *(
            ".inf",
            "-.INF",
            "0",
            "00",
            "08",
            "-0",
            "-1",
            "+1",
            "1_000",
            "0x1f",
            "0b1",
            "1e3",
            "1.",
            ".",
        ),
        *("1.5000000000", "-2.0", "0E-10", "1:30", "2026-01-02", "12:30:45.5", "0_smoke", "1.2.3"),
        "2026-01-02 03:04:05+00:00",
        "2026-01-02 03:04:05.678901+00:00",
        "2026-01-02 03:04:05.678901+01:00",
        *("a: b", "a #b", "a:b", "#a", "- a", "-a", "a - b", "? a", "@a", "a@b", "%a", "!a", "&a"),
        *("*a", "[a]", "{a}", "a, b", "'a'", '"a"', "a'b", "|", ">", "`a", " a", "a ", "a  b"),
        *(
            "/results/testcase/7",
            "a\nb",
            "\n",
            "a\tb",
            "é",
            "\x85",
            "\u2028",
            "\ufeffa",
            "---",
            "...",
        ),
        *("a" * 100, "a" * 101, "b " * 600, "/", "_", "(a)", "a=b", "=a", "+a", "a+", "\x07"),
    ]
)
TEXTS = st.one_of(
    WORDS,
    st.text(max_size=20).filter(lambda text: "\ud800" not in text),
    st.text(alphabet="aZ0_./+()@=- :#'\"", max_size=12),
    st.decimals(allow_nan=False, allow_infinity=False, places=10).map(str),
    st.datetimes().map(lambda moment: f"{moment}+00:00"),
    st.integers().map(str),
)
PLAIN = TEXTS | st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False)
VALUES = PLAIN | st.lists(PLAIN, max_size=3) | st.dictionaries(TEXTS, PLAIN, max_size=3)
METADATA = st.dictionaries(TEXTS, VALUES, max_size=4)
RECORDS = st.lists(
    st.fixed_dictionaries({"name": TEXTS, "log_start_line": TEXTS, "metadata": METADATA}),
    min_size=1,
    max_size=4,
)


def dumped(records: list[dict[str, Any]]) -> str:
    """As the dumper has it, without an end of the document."""
    text = yaml.dump(records)
    return text.removesuffix("...\n") if text.endswith("\n...\n") else text


@given(RECORDS)
@settings(max_examples=200, deadline=None)
def test_the_document_is_the_same(records: list[dict[str, Any]]) -> None:
    assert records_yaml(records) == dumped(records)


@given(WORDS, WORDS)
@settings(max_examples=150, deadline=None)
def test_every_odd_word_is_written_the_same(key: str, word: str) -> None:
    records = [{"name": word, "metadata": {key: word, "n": 1}}]
    assert records_yaml(records) == dumped(records)


@pytest.mark.parametrize("metadata", [{}, {"case": "a"}, {"extra": [{"label": "x"}], "b": None}])
def test_metadata_of_any_shape(metadata: dict[str, Any]) -> None:
    records = [{"name": "a", "metadata": metadata}, {"name": "42", "metadata": metadata}]
    text = records_yaml(records)
    assert text == dumped(records)
    assert yaml.load(text).data == records


def test_nothing_is_written_of_nothing() -> None:
    assert records_yaml([]) == ""
