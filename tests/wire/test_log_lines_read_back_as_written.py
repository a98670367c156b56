"""What Pumice writes as a log line, YAML and Pumice read back; what LAVA writes, Pumice reads."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pumice.wire import loglines
from pumice.wire.loglines import InvalidLogLine, LogLine

TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)
MESSAGES = st.one_of(
    TEXTS,
    st.dictionaries(
        TEXTS,
        st.one_of(
            TEXTS, st.integers(), st.floats(0, 9).filter(lambda x: "." in repr(x)), st.none()
        ),
    ),
)


@given(MESSAGES, st.sampled_from(loglines.LEVELS))
def test_any_message_survives_in_pumice_and_in_yaml(msg: object, lvl: str) -> None:
    line = LogLine("2026-11-24T05:00:00+00:00", lvl, msg)
    text = loglines.encode(line)
    assert text.isascii()
    assert "\n" not in text
    assert loglines.decode(text) == line
    assert yaml.safe_load(f"- {text}\n") == [{"dt": line.dt, "lvl": lvl, "msg": msg}]


def test_numbers_that_yaml_would_read_as_text_go_as_text() -> None:
    text = loglines.encode(LogLine("t", "results", {"a": 1e-05, "b": float("inf"), "c": [1e22]}))
    assert yaml.safe_load(text)["msg"] == {"a": "1e-05", "b": "inf", "c": ["1e+22"]}


def test_lavas_yaml_escapes_and_tagged_numbers_are_understood() -> None:
    text = r'- {"dt": "2026-11-24T05:00:00", "lvl": "results", "msg": {"n": ! "3", "s": "\xE9\e"}}'
    assert loglines.decode(text).msg == {"n": 3, "s": "é\x1b"}


def test_a_record_that_is_too_long_keeps_its_level_and_says_so() -> None:
    text = loglines.encode(LogLine("t", "target", "x" * 200_000))
    assert loglines.decode(text) == LogLine("t", "target", loglines.TOO_LONG)
    results = loglines.encode(LogLine("t", "results", {"case": "x" * 200_000}))
    assert loglines.decode(results).msg == {"skip": loglines.TOO_LONG}


@pytest.mark.parametrize(
    "text",
    ["", "- ", "[]", "- {", '{"dt": "t", "lvl": "debug"}', "\x00", "[" * 90_000, "{a: " * 50_000],
)
def test_what_is_no_record_is_refused(text: str) -> None:
    with pytest.raises(InvalidLogLine):
        loglines.decode(text)
