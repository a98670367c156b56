"""The documentation as text, and the links in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")])
_CODE = re.compile(r"^( *)```.*?^\1```$", re.S | re.M)


def name(page: Path) -> str:
    """A page as test ids show it."""
    return str(page.relative_to(ROOT))


def prose(page: Path) -> str:
    """A page's text without its blocks of code."""
    return _CODE.sub("", page.read_text("utf-8"))


def anchors(page: Path) -> set[str]:
    """The places in a page that links can name, as GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.*)$", prose(page), re.M)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in plain}


@pytest.fixture
def readme() -> str:
    return (ROOT / "README.md").read_text("utf-8")
