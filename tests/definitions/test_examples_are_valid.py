"""The jobs under examples/ pass the gate and the strict validation."""

from __future__ import annotations

from pathlib import Path

import pytest

from pumice.definitions import jobs

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "jobs").glob("*.yaml"))


def test_there_are_examples() -> None:
    assert EXAMPLES


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_an_example_is_valid(path: Path) -> None:
    text = path.read_text("utf-8")
    assert jobs.parse(text).name
    assert jobs.check(text, strict=True) == []
