"""The pinned versions in requirements/ are complete, allowed, and name no host."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
NEEDED = {
    "pumice.txt": PROJECT["project"]["dependencies"],
    "dev.txt": PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"],
    "node.txt": PROJECT["dependency-groups"]["build"],
}


def _pins(name: str) -> dict[str, str]:
    pins: dict[str, str] = {}
    for line in (ROOT / "requirements" / name).read_text().splitlines():
        pin = Requirement(line)
        assert re.fullmatch(r"==[^*]+", str(pin.specifier)), f"{line} is not pinned"
        pins[canonicalize_name(pin.name)] = str(pin.specifier).removeprefix("==")
    return pins


@pytest.mark.parametrize("name", NEEDED)
def test_every_dependency_is_pinned_to_a_version_that_it_allows(name: str) -> None:
    pins = _pins(name)
    for text in NEEDED[name]:
        wanted = Requirement(text)
        assert wanted.specifier.contains(pins[canonicalize_name(wanted.name)]), text


def test_a_checkout_for_development_has_the_same_versions() -> None:
    assert _pins("pumice.txt").items() <= _pins("dev.txt").items()


@pytest.mark.parametrize("lock", sorted((ROOT / "requirements").iterdir()), ids=lambda p: p.name)
def test_a_lock_names_no_host(lock: Path) -> None:
    assert not re.search(r"://|--(extra-)?index|--find-links", lock.read_text())


def test_the_lock_of_the_pages_names_no_host() -> None:
    lock = ROOT / "src/pumice/server/web/front/package-lock.json"
    assert '"resolved"' not in lock.read_text()
