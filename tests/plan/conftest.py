"""What the tests of plans share: the project's own table of methods, and a device for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pumice.formats import yaml

DATA = Path(__file__).parent / "data"


def read(name: str) -> Any:
    """One of the data files."""
    return yaml.load(DATA.joinpath(name).read_text("utf-8")).data


@pytest.fixture
def everything() -> dict[str, Any]:
    """A device that offers every method."""
    return read("device.yaml")
