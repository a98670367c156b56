"""Commands that change a lab, or ask it, without its ``pumice up``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pumice.formats import yaml


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


def test_several_kinds_are_added_at_once(folder: Path) -> None:
    command = ("lab", "add-virtual", "uboot-x86", "ipxe", "uboot-x86", "--dir", str(folder))
    done = _pumice(folder, *command)
    assert done.stdout == "Added uboot-x86-01\nAdded ipxe-01\nAdded uboot-x86-02\n", done.stderr
    records = [yaml.load(path.read_text()).data for path in (folder / "boards").glob("*.yaml")]
    assert {record["kind"] for record in records} == {"uboot-x86", "ipxe"}
    ports = {port for record in records for port in record["ports"]}
    assert len(ports) == 3
    dictionary = (folder / "devices" / "uboot-x86-02.jinja2").read_text()
    assert any(f"telnet -E 127.0.0.1 {port}'" in dictionary for port in ports)
    (settings,) = folder.glob("dispatcher.d/*/dispatcher.yaml")
    assert yaml.load(settings.read_text()).data["tftp_directory"] == str(folder / "tftp")


def test_a_board_may_have_a_fault(folder: Path) -> None:
    for kind in ("uboot-x86", "qemu"):
        command = ("lab", "add-virtual", kind, "--fault", "silent", "--dir", str(folder))
        assert _pumice(folder, *command).stdout == f"Added {kind}-01\n"
    record = yaml.load((folder / "boards" / "uboot-x86-01.yaml").read_text()).data
    assert record["fault"] == "silent"
    program = folder / "boards" / "qemu-01" / "programs" / "qemu-system-x86_64"
    assert os.access(program, os.X_OK)
    assert str(program.parent) in (folder / "devices" / "qemu-01.jinja2").read_text()


def test_one_name_is_for_one_board(folder: Path) -> None:
    command = ("lab", "add-virtual", "qemu", "ipxe", "--name", "both", "--dir", str(folder))
    done = _pumice(folder, *command)
    assert done.returncode == 2
    assert "--name names one board" in done.stderr
    assert not folder.exists()


def test_kinds_and_faults_are_listed(folder: Path) -> None:
    answer = json.loads(_pumice(folder, "lab", "virtual", "--json").stdout)
    kinds = {kind["name"]: kind for kind in answer["kinds"]}
    assert kinds["uboot-x86"]["device_type"] == "uboot-x86"
    assert {"x86_64", "grub-uefi", "ipxe"} <= kinds.keys()
    listed = _pumice(folder, "lab", "virtual").stdout
    for word in (*kinds, *answer["faults"]):
        assert f"\n{word} " in f"\n{listed}"


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
