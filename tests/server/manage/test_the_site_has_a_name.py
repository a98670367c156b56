"""``site``: its name and host names are settings."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from pumice.formats import yaml
from pumice.server.settings.load import load

Manage = Callable[..., list[str]]
Refused = Callable[..., str]


@pytest.fixture
def site_file() -> Iterator[Path]:
    folder = Path(settings.PUMICE_DIR) / "settings.d"
    yield folder / "zz-site.yaml"
    shutil.rmtree(folder, ignore_errors=True)


def test_the_site_is_shown(manage: Manage) -> None:
    with override_settings(INSTANCE_NAME="mine", ALLOWED_HOSTS=("lab.org", "localhost")):
        assert manage("site", "list") == ["name  : mine", "domain: lab.org, localhost"]


def test_the_site_s_name_is_a_setting(manage: Manage, site_file: Path) -> None:
    lines = manage("site", "update", "--name", "mine", "--domain", "lab.org")
    assert "answers as lab.org already" in lines[0]
    assert yaml.load(site_file.read_bytes()).data == {"INSTANCE_NAME": "mine"}
    with override_settings(ALLOWED_HOSTS=("localhost",)):
        manage("site", "update", "--domain", "lab.org")
    found = load(Path(settings.PUMICE_DIR), {})
    assert found["INSTANCE_NAME"] == "mine"
    assert found["ALLOWED_HOSTS"] == ("localhost", "lab.org")


def test_a_name_that_is_set_elsewhere_is_not_written(
    manage: Manage, refused: Refused, site_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "PUMICE_INSTANCE_NAME", "theirs")
    assert "set in the environment" in refused("site", "update", "--name", "mine")
    assert not site_file.exists()
    assert "say what to change" in refused("site", "update")
    monkeypatch.delitem(os.environ, "PUMICE_INSTANCE_NAME")
    site_file.write_text("[")
    assert "zz-site.yaml" in refused("site", "update", "--name", "mine")
    assert site_file.read_text() == "["
