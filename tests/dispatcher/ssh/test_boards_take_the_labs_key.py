"""``authorize: ssh``: whoever has the lab's key can log in to the board as root."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from pumice.testing.scripted_lab import Outcome, ScriptedLab

RAMDISK = "root/.ssh/authorized_keys"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "keys/lab"
    path.parent.mkdir()
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f", str(path)]
    subprocess.run(command, check=True)
    return path


@pytest.fixture
def board(tmp_path: Path, key: Path, lab: Any) -> ScriptedLab:
    """A board that is no host of SSH yet."""
    found = ScriptedLab(tmp_path)
    found.deploy_methods = {"ssh": {"identity_file": str(key)}}
    return found


def run(board: ScriptedLab, *steps: str, **changes: Any) -> Outcome:
    deploy = board.deploy()
    deploy["deploy"] |= {"authorize": "ssh", **changes}
    return board.run(deploy, board.boot(), board.test(*steps))


def test_the_account_of_root_takes_the_key(board: ScriptedLab, key: Path) -> None:
    outcome = run(board, "lava-test-case there --shell test -s ../../../lab.pub")
    assert outcome.passed, outcome.end
    assert outcome.cases("0_smoke") == {"there": "pass"}
    accounts = board.root / RAMDISK
    assert accounts.read_text() == Path(f"{key}.pub").read_text()
    assert accounts.stat().st_mode & 0o7777 == 0o600
    own = board.root / "lava-1/lab"
    assert own.read_bytes() == key.read_bytes()
    assert own.stat().st_mode & 0o7777 == 0o600


def test_the_public_part_is_made_where_it_is_not_beside_the_key(
    board: ScriptedLab, key: Path
) -> None:
    public = Path(f"{key}.pub")
    words = public.read_text().split()
    public.unlink()
    assert run(board, "true").passed
    assert board.root.joinpath(RAMDISK).read_text().split()[:2] == words[:2]


def test_a_guest_copies_it_from_its_drive(board: ScriptedLab, key: Path) -> None:
    programs = board.root / "bin"
    programs.mkdir(parents=True)
    # The board has no drives: what is copied where is all that is seen.
    for name in ("mount", "cp"):
        programs.joinpath(name).write_text(f'#!/bin/sh\necho "{name}ed: $*"\n')
        programs.joinpath(name).chmod(0o755)
    deploy = board.deploy()
    deploy["deploy"] |= {"authorize": "ssh"}
    for name in ("format", "overlays"):
        del deploy["deploy"]["images"]["ramdisk"][name]
    outcome = board.run(deploy, board.boot(), board.test("true"))
    root = board.root / "lava-1"
    assert f"cp -R {root}/others/. /" in outcome.messages("input")


@pytest.mark.parametrize("identity", ["dynamic_vm_keys/lava", "/nowhere/key"])
def test_a_key_that_is_not_there_ends_the_job_before_it_begins(
    board: ScriptedLab, identity: str
) -> None:
    board.deploy_methods = {"ssh": {"identity_file": identity}}
    outcome = run(board, "true")
    assert outcome.end["error_type"] == "Configuration"
    assert f"the device's ssh key {identity}".replace("'", "") in outcome.end["error_msg"].replace(
        "'", ""
    )
    assert outcome.cases("lava")["validate"] == "fail"


def test_a_host_that_runs_already_takes_it_already(lab: Any) -> None:
    deploy = lab.deploy(authorize="ssh")
    outcome = lab.run(deploy, lab.boot(), lab.test("true"))
    assert outcome.passed, outcome.end
    assert not list(Path(lab.folder, "lava-1").glob("*.pub"))
