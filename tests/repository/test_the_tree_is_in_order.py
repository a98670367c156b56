"""What is committed: nothing huge, nothing unfinished, and no file that outgrew its room."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE_LINES = 500
TEST_LINES = 300


def _committed() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


COMMITTED = _committed()


def test_no_file_is_huge_or_an_image_of_a_board() -> None:
    huge = [path for path in COMMITTED if path.stat().st_size > 1_500_000]
    boards = [path for path in COMMITTED if path.suffix in (".img", ".qcow2", ".ko", ".deb")]
    assert (huge, boards) == ([], [])


@pytest.mark.parametrize(
    ("folder", "limit"), [("src", SOURCE_LINES), ("tests", TEST_LINES), ("script", SOURCE_LINES)]
)
def test_no_file_outgrows_a_reader(folder: str, limit: int) -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in COMMITTED
        if path.suffix == ".py"
        and path.is_relative_to(ROOT / folder)
        and "migrations" not in path.parts
        and (lines := len(path.read_text().splitlines())) > limit
    }
    assert long == {}


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "util", "helpers", "misc", "common"}
    assert [path for path in COMMITTED if path.suffix == ".py" and path.stem in drawers] == []


def test_no_file_is_unfinished() -> None:
    # Split, so that this file does not find itself.
    mark = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b")
    marked = [
        path
        for path in COMMITTED
        if path.suffix in (".py", ".ts", ".html", ".jinja2", "") and mark.search(_text(path))
    ]
    assert marked == []


def _text(path: Path) -> str:
    return path.read_bytes().decode(errors="replace")
