"""Every relative link of the documentation leads to a file, and to a heading where it names one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .conftest import DOCS, PAGES, ROOT, anchors, name, prose

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def links(page: Path) -> list[str]:
    return [link for link in _LINK.findall(prose(page)) if not re.match(r"[a-z]+:", link)]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_relative_links_resolve(page: Path) -> None:
    broken: list[str] = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_the_index_lists_every_page() -> None:
    index = DOCS / "README.md"
    types = DOCS / "reference" / "device-types.md"  # an index too
    linked = {(page.parent / link).resolve() for page in (index, types) for link in links(page)}
    assert {page for page in PAGES if page.is_relative_to(DOCS) and page != index} <= linked


def test_the_readme_leads_to_the_documentation() -> None:
    linked = {(ROOT / link.partition("#")[0]).resolve() for link in links(ROOT / "README.md")}
    assert {DOCS / "README.md", ROOT / "LICENSE", ROOT / "CHANGELOG.md"} <= linked
