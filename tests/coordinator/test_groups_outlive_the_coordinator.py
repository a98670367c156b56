"""A coordinator that ends, however it ends, and the one after it."""

from __future__ import annotations

import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Job, Running

HOW = [signal.SIGKILL, signal.SIGTERM, signal.SIGINT]


@pytest.mark.parametrize("number", HOW)
def test_what_was_answered_is_known_after_a_restart(
    coordinator: Running, pair: tuple[Job, Job], number: signal.Signals
) -> None:
    server, client = pair
    server.ask("lava_send", messageID="up", message={"ip": "10.0.0.1"})
    server.ask("lava_sync", messageID="go")
    other = coordinator.job("9", "alone", "other")
    other.ask("group_data", group_size=2)
    status = coordinator.stop(number)
    assert status == (-number if number == signal.SIGKILL else 0)
    coordinator.start()
    roles = {"1": "server", "2": "client"}
    assert client.ask("group_data", group_size=2)["roles"] == roles
    message = client.ask("lava_wait", messageID="up", nodeID="2")["message"]
    assert message == {"1": {"ip": "10.0.0.1"}}
    assert client.ask("lava_sync", messageID="go")["response"] == "ack"
    assert server.ask("lava_sync", messageID="go")["response"] == "ack"
    assert other.ask("group_data", group_size=2) == {"response": "wait"}


def test_a_sync_that_was_told_is_not_told_again(
    coordinator: Running, pair: tuple[Job, Job]
) -> None:
    server, client = pair
    server.ask("lava_sync", messageID="go")
    client.ask("lava_sync", messageID="go")
    server.ask("lava_sync", messageID="go")
    coordinator.stop(signal.SIGKILL)
    coordinator.start()
    assert client.ask("lava_sync", messageID="go") == {"response": "wait"}
    assert server.ask("lava_sync", messageID="go")["response"] == "ack"


def test_a_group_that_ended_is_gone_from_the_disk(
    coordinator: Running, pair: tuple[Job, Job]
) -> None:
    pair[0].ask("lava_send", messageID="up", message={"a": "1"})
    for one in pair:
        one.ask("clear_group", group_size=2)
    coordinator.stop(signal.SIGTERM)
    with sqlite3.connect(coordinator.directory / "coordinator.sqlite3") as journal:
        for table in ("groups", "facts"):
            assert journal.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    journal.close()


def test_held_requests_are_let_go_when_it_stops(
    coordinator: Running, pair: tuple[Job, Job]
) -> None:
    with pair[0].begin("lava_wait", messageID="up", nodeID="1", hold=60) as waiting:
        # Requests are decided in their order: when this one is answered, the other is held.
        pair[1].ask("lava_send", messageID="other", message={})
        assert coordinator.stop(signal.SIGTERM) == 0
        assert waiting.recv(1) == b""


def test_the_journal_is_its_owners_alone(coordinator: Running) -> None:
    mode = (coordinator.directory / "coordinator.sqlite3").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_two_coordinators_cannot_have_one_journal(
    coordinator: Running, pair: tuple[Job, Job]
) -> None:
    done = _start(coordinator.directory)
    assert done.returncode == 2
    assert "cannot be used: another coordinator has it" in done.stderr
    assert pair[0].ask("lava_send", messageID="up", message={}) == {"response": "ack"}


@pytest.mark.parametrize("content", [b"this is no database" * 100, None])
def test_a_journal_that_cannot_be_used_is_named(tmp_path: Path, content: bytes | None) -> None:
    journal = tmp_path / "coordinator.sqlite3"
    if content is None:
        with sqlite3.connect(journal) as later:
            later.execute("PRAGMA user_version=99")
        later.close()
    else:
        journal.write_bytes(content)
    done = _start(tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert f"coordinator-not-running: {journal} cannot be used" in done.stderr


def _start(directory: Path) -> subprocess.CompletedProcess[str]:
    """A coordinator that ends at once."""
    command = [sys.executable, "-m", "pumice", "coordinator", "--dir", str(directory)]
    return subprocess.run(
        [*command, "--listen", "127.0.0.1:0"], capture_output=True, text=True, timeout=60
    )
