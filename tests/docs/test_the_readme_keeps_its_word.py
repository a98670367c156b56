"""The commands that the README names are there, and so are the files that it speaks of."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import PAGES, ROOT, name


def test_its_first_two_commands_are_demo_and_test(readme: str) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", readme, re.S)
    assert [block.strip() for block in blocks] == ["script/demo", "script/test"]


@pytest.mark.parametrize("script", ["demo", "test", "setup", "lint", "docs"])
def test_scripts_can_be_run(script: str) -> None:
    assert os.access(ROOT / "script" / script, os.X_OK)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_scripts_that_pages_name_exist(page: Path) -> None:
    named = set(re.findall(r"\bscript/([a-z]+)\b", page.read_text("utf-8")))
    assert {script for script in named if not (ROOT / "script" / script).is_file()} == set()


def test_the_commands_that_pages_name_exist() -> None:
    text = "\n".join(page.read_text("utf-8") for page in PAGES)
    named = set(re.findall(r"^ *(?:\.venv/bin/)?pumice ([a-z]+)", text, re.M))
    assert named
    for command in sorted(named):
        done = subprocess.run(
            [sys.executable, "-m", "pumice", command, "--help"], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr


def test_the_jobs_that_pages_name_exist() -> None:
    text = "\n".join(page.read_text("utf-8") for page in PAGES)
    named = set(re.findall(r"\bexamples/[\w/.-]+\.yaml", text))
    assert named
    assert {job for job in named if not (ROOT / job).is_file()} == set()
