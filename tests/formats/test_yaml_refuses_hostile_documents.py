"""A document that is made to cost a lot is refused early."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from pumice.formats import yaml
from pumice.formats.errors import InvalidDocument
from pumice.formats.yaml import Limits

ALIASES = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 20)
)
MERGES = "m0: &m0 {a: 1, b: 2, c: 3}\n" + "".join(
    f"m{n}: &m{n} {{k{n}: *m{n - 1}, l{n}: *m{n - 1}, <<: *m{n - 1}}}\n" for n in range(1, 40)
)


BOMBS = [
    ("[" * 500_000, "nested more than 64 levels"),
    ("{a: " * 100_000, "nested more than 64 levels"),
    ("- " * 300_000 + "x", "nested more than 64 levels"),
    ("? " * 300_000 + "x", "nested more than 64 levels"),
    (ALIASES, "counting what aliases repeat"),
    (MERGES, "counting what aliases repeat"),
    ("[" + "a," * 300_000 + "]", "more than 50000 values"),
    ("a: " + "x" * 10_000_000, "too large"),
    ("é" * 600_000, "too large"),
    ("&a [*a]", "stands inside what it repeats"),
    ("&a {b: &b [*a]}", "stands inside what it repeats"),
    ("n: !!int " + "9" * 5_000, "a number of more than 400"),
]
IDS = [what if len(text) < 50 else f"{text[:12]}..." for text, what in BOMBS]


@pytest.mark.parametrize(("text", "what"), BOMBS, ids=IDS)
def test_a_bomb_is_refused_soon(text: str, what: str) -> None:
    started = time.process_time()
    with pytest.raises(InvalidDocument, match=what):
        yaml.load(text)
    assert time.process_time() - started < 2.0


@pytest.mark.parametrize("text", [text for text, _what in BOMBS], ids=IDS)
def test_a_bomb_takes_little_memory(text: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(InvalidDocument):
            yaml.load(text)
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()


def test_a_very_long_number_is_a_text() -> None:
    assert yaml.load("9" * 401).data == "9" * 401
    assert yaml.load("1:" * 200_000 + "1").data == "1:" * 200_000 + "1"


def test_limits_can_be_narrower() -> None:
    with pytest.raises(InvalidDocument, match="at most 10 bytes"):
        yaml.load("a: 12345678", limits=Limits(max_bytes=10))
    with pytest.raises(InvalidDocument, match="more than 2 values"):
        yaml.load("[a, b]", limits=Limits(max_nodes=2))
    with pytest.raises(InvalidDocument, match="more than 1 levels"):
        yaml.load("[[a]]", limits=Limits(max_depth=1))
