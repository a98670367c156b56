"""The machine of the kind ``ssh``: whose key it takes."""

from __future__ import annotations

import stat
from pathlib import Path

from pumice.boards import ssh_machine


def _key_of(command: list[str]) -> str:
    arguments = command[command.index("-append") + 1]
    return arguments.partition("pumice.key=")[2]


def test_it_takes_the_key_of_its_board_which_is_made_once(tmp_path: Path) -> None:
    first = _key_of(ssh_machine.command(tmp_path / "one", tmp_path, 2022))
    again = _key_of(ssh_machine.command(tmp_path / "one", tmp_path, 2022))
    other = _key_of(ssh_machine.command(tmp_path / "two", tmp_path, 2022))
    assert first == again != other
    assert (tmp_path / "one/key.pub").read_text().split()[1] == first


def test_only_its_owner_reads_the_private_half(tmp_path: Path) -> None:
    ssh_machine.command(tmp_path, tmp_path, 2022)
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_it_is_reached_from_this_host_alone(tmp_path: Path) -> None:
    command = ssh_machine.command(tmp_path, tmp_path, 2022)
    assert "user,id=net0,hostfwd=tcp:127.0.0.1:2022-:22" in command
