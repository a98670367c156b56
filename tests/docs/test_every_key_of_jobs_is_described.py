"""The page of keys has every method that job definitions may name, and says what each key is."""

from __future__ import annotations

import re

import pytest

from pumice.definitions import methods

from .conftest import DOCS

_ROW = re.compile(r"^\| `([^`]+)` \| (.+?) \| (.*?) ?\|$", re.M)
_METHODS: list[tuple[methods.Kind, str]] = [
    (kind, name) for kind in ("deploy", "boot", "test") for name in methods.KNOWN[kind]
]
_PAGE = (DOCS / "reference" / "job-keys.md").read_text("utf-8")
_SECTIONS = dict(re.findall(r"^###? (.+)\n\n((?:(?!###? ).*\n)+)", _PAGE, re.M))


def section(kind: str, name: str) -> str:
    (title,) = [t for t in _SECTIONS if re.fullmatch(rf"{kind},(?: \w+:)? {re.escape(name)}", t)]
    return _SECTIONS[title]


@pytest.mark.parametrize(("kind", "name"), _METHODS)
def test_a_method_is_marked_where_it_does_not_run(kind: methods.Kind, name: str) -> None:
    runs = methods.find(kind, name) is not None
    assert ("**Not run yet**" in section(kind, name)) is not runs


@pytest.mark.parametrize(("kind", "name"), _METHODS)
def test_keys_that_do_not_run_are_marked(kind: methods.Kind, name: str) -> None:
    rows = {key: meaning for key, _, meaning in _ROW.findall(section(kind, name))}
    method = methods.known(kind, name)
    assert method is not None
    marked = {key for key, meaning in rows.items() if "*Not run yet.*" in meaning}
    assert marked == (set(method.NOT_RUN) & rows.keys() if method.RUNS else set())


def test_every_key_has_a_meaning() -> None:
    rows = _ROW.findall(_PAGE)
    assert len(rows) > 400
    silent = {key for key, _, meaning in rows if not meaning.replace("**required.**", "").strip()}
    assert silent <= {"to", "method"}
