"""Every page says in its first line for whom it is, and none names a place of its author's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .conftest import DOCS, PAGES, name

# Folders of one machine, and hosts that serve packages: neither means anything to a reader.
_ELSEWHERE = re.compile(
    r"/work\b|/root/(?!witness)|/home/\w+|\b(?:pypi|registry|mirror|proxy)[\w.-]*\.(?:org|com|net|io)\b"
)


@pytest.mark.parametrize("page", [p for p in PAGES if p.is_relative_to(DOCS)], ids=name)
def test_the_first_line_says_who_the_page_is_for(page: Path) -> None:
    title, empty, first, *_ = page.read_text("utf-8").splitlines()
    assert title.startswith("# ")
    assert empty == ""
    assert re.match(r"For (?:people|administrators|everybody)\b", first)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_no_page_names_a_machine_or_a_registry(page: Path) -> None:
    assert _ELSEWHERE.findall(page.read_text("utf-8")) == []
