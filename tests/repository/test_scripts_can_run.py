"""The scripts of a checkout: well formed, runnable from anywhere, and complete."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted(
    path
    for path in [*(ROOT / "script").iterdir(), ROOT / ".ci" / "run"]
    if path.is_file() and not path.suffix
)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_executable_and_well_formed(script: Path) -> None:
    assert os.access(script, os.X_OK)
    interpreter = script.read_text().splitlines()[0].removeprefix("#!").split()[-1]
    shell = Path(interpreter).name
    assert shell in ("sh", "bash")
    done = subprocess.run([shell, "-n", str(script)], capture_output=True, text=True)
    assert done.stderr == ""


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_stops_at_what_fails_or_counts_it(script: Path) -> None:
    text = script.read_text()
    assert "set -e" in text or "failed" in text


def test_continuous_integration_runs_what_developers_run() -> None:
    assert "script/test" in (ROOT / ".ci" / "run").read_text()
