"""Settings from the environment: ``PUMICE_<KEY>``, and what is named so and is no setting."""

from __future__ import annotations

from pathlib import Path

import pytest

from pumice.server.settings.load import InvalidSettings, load


def test_a_setting_comes_from_the_environment(tmp_path: Path) -> None:
    assert load(tmp_path, {"PUMICE_WEB_THREADS": "7"})["WEB_THREADS"] == 7


def test_an_unknown_one_is_an_error_that_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match="WEB_THREADS"):
        load(tmp_path, {"PUMICE_WEB_THREAD": "7"})


@pytest.mark.parametrize(
    "variable", ["PUMICE_COORDINATOR", "PUMICE_DIR", "PUMICE_JOB_DIR", "PUMICE_SECRET_KEY"]
)
def test_what_other_parts_are_told_is_no_setting(tmp_path: Path, variable: str) -> None:
    assert load(tmp_path, {variable: "x"}) == load(tmp_path, {})
