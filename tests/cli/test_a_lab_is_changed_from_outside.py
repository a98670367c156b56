"""Commands that change a lab, or ask it, without its ``pumice up``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "lab"


def _pumice(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DATABASE_URL": f"sqlite://{folder}/database.sqlite3"}
    environment.pop("PUMICE_DIR", None)
    return subprocess.run(
        [sys.executable, "-m", "pumice", *arguments],
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
    )


def test_virtual_boards_get_the_next_free_name(folder: Path) -> None:
    for expected in ("qemu-01", "qemu-02"):
        done = _pumice(folder, "lab", "add-virtual", "qemu", "--json", "--dir", str(folder))
        assert json.loads(done.stdout) == [{"kind": "qemu", "name": expected}], done.stderr
    dictionary = (folder / "devices" / "qemu-02.jinja2").read_text()
    assert dictionary.startswith("{% extends 'qemu.jinja2' %}\n")


def test_a_virtual_board_may_be_named_once(folder: Path) -> None:
    command = ("lab", "add-virtual", "qemu", "--name", "bench-7", "--dir", str(folder))
    assert _pumice(folder, *command).stdout == "Added bench-7\n"
    again = _pumice(folder, *command)
    assert again.returncode == 2
    assert "there is a device bench-7 already" in again.stderr


def test_a_name_that_leaves_the_folder_is_refused(folder: Path) -> None:
    done = _pumice(
        folder, "lab", "add-virtual", "qemu", "--name", "../../evil", "--dir", str(folder)
    )
    assert done.returncode == 2
    assert not list(folder.parent.rglob("evil*"))


def test_images_are_made_and_their_paths_printed(folder: Path) -> None:
    done = _pumice(folder, "lab", "images", "--json")
    answer = json.loads(done.stdout)
    assert Path(answer["kernel"]).read_bytes()[:4] == b"\x7fELF"
    assert Path(answer["ramdisk"]).is_file()


def test_management_commands_are_djangos(folder: Path) -> None:
    done = _pumice(folder, "manage", "--dir", str(folder), "migrate", "--verbosity", "0")
    assert done.returncode == 0, done.stderr
    assert (folder / "database.sqlite3").exists()
    left = _pumice(folder, "manage", "--dir", str(folder), "migrate", "--check")
    assert left.returncode == 0


def test_the_servers_code_needs_no_migration(folder: Path) -> None:
    done = _pumice(folder, "manage", "--dir", str(folder), "makemigrations", "--check", "--dry-run")
    assert done.stdout == "No changes detected\n", done.stderr


def test_an_unknown_management_command_ends_with_status_1(folder: Path) -> None:
    done = _pumice(folder, "manage", "--dir", str(folder), "nonsense")
    assert done.returncode == 1
    assert "nonsense" in done.stderr
