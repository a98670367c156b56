"""Each family of device types has a page, in the index, with every variable that it asks for."""

from __future__ import annotations

import re

import pytest

from pumice.devices import library, variables

from .conftest import DOCS

REFERENCE = DOCS / "reference"
_ROW = re.compile(r"^\| `(\w+)` \| (`.+`)? ?\| (.+) \|$", re.M)


@pytest.mark.parametrize("family", library.families())
def test_a_family_s_page_says_what_each_variable_means(family: str) -> None:
    page = REFERENCE / "device-types" / f"{family}.md"
    rows = {name: (default, meaning) for name, default, meaning in _ROW.findall(page.read_text())}
    assert rows.keys() == variables.own(family).keys()
    for name, default in variables.own(family).items():
        shown = default.replace("|", "\\|") if default else default
        assert rows[name][0] == (f"`{shown}`" if shown else "")
        assert rows[name][1].endswith(".")


def test_there_is_no_page_without_a_family() -> None:
    pages = {page.stem for page in REFERENCE.joinpath("device-types").glob("*.md")}
    assert pages == set(library.families())


def test_the_index_leads_to_every_page_and_names_every_type() -> None:
    index = (REFERENCE / "device-types.md").read_text("utf-8")
    families = set(re.findall(r"^\| \[.+?\]\(device-types/(.+?)\.md\)", index, re.M))
    assert families == set(library.families())
    boards = {name.removesuffix(".jinja2") for name in library.names()} - families
    assert {name for name in boards if f"`{name}`" not in index} == set()
