"""What becomes of groups that nobody ends, and of a disk that is full."""

from __future__ import annotations

import resource
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from pumice.coordinator.groups import Groups
from pumice.wire.coordinator import Call, Request, Response

from .conftest import Job, Running, wait_for

DAY = 86400.0


def _set_used(coordinator: Running, group: str, seconds_ago: float) -> None:
    """Let the last request of a group be as long ago, while the coordinator is stopped."""
    with closing(sqlite3.connect(coordinator.directory / "coordinator.sqlite3")) as journal:
        when = time.time() - seconds_ago
        journal.execute("UPDATE groups SET used = ? WHERE name = ?", (when, group))
        journal.commit()


def test_a_group_that_nobody_asks_about_is_forgotten_after_a_week(
    coordinator: Running, pair: tuple[Job, Job]
) -> None:
    young = coordinator.job("9", "alone", "young")
    young.ask("group_data", group_size=2)
    coordinator.stop(signal.SIGTERM)
    _set_used(coordinator, "group", 7.1 * DAY)
    _set_used(coordinator, "young", 6.9 * DAY)
    coordinator.start()
    assert pair[0].ask("lava_sync", messageID="x")["response"] == "nack"
    assert young.ask("lava_sync", messageID="x")["response"] == "wait"
    coordinator.stop(signal.SIGTERM)
    with closing(sqlite3.connect(coordinator.directory / "coordinator.sqlite3")) as journal:
        assert journal.execute("SELECT name FROM groups").fetchall() == [("young",)]
        assert journal.execute("SELECT DISTINCT name FROM facts").fetchall() == [("young",)]


def test_a_group_that_is_only_asked_about_stays() -> None:
    groups = Groups(retention=DAY)
    request = Request(call=Call.GROUP_DATA, client="1", group="g", role="r", group_size=2)
    for hours in range(0, 96, 12):
        assert groups.expire(hours * 3600.0) == []
        assert groups.answer(request, hours * 3600.0)[0].response is Response.WAIT
    # So that a restart knows of it as well.
    assert groups.take_changes().groups == {"g": (2, 84 * 3600.0)}
    assert groups.expire(84 * 3600.0 + DAY + 1) == ["g"]


def test_asking_alone_writes_nothing(coordinator: Running, pair: tuple[Job, Job]) -> None:
    log = coordinator.directory / "coordinator.sqlite3-wal"
    pair[0].ask("lava_sync", messageID="x")
    before = log.stat().st_size
    for _ in range(50):
        assert pair[0].ask("lava_sync", messageID="x") == {"response": "wait"}
    assert log.stat().st_size == before


def test_on_a_full_disk_jobs_are_told_to_ask_again_and_nothing_is_half_done(
    tmp_path: Path,
) -> None:
    full = Running(tmp_path, "--fsize=200000:unlimited")
    try:
        server, client = full.job("1", "server"), full.job("2", "client")
        for one in (server, client):
            one.ask("group_data", group_size=2)
        big = {"k": "v" * 60000}
        replies = [server.ask("lava_send", messageID=str(n), message=big) for n in range(10)]
        assert replies[0] == {"response": "ack"}
        assert replies[-1] == {"response": "wait"}
        kept = replies.count({"response": "ack"})
        lost = client.ask("lava_wait", messageID=str(kept), nodeID="2")
        assert lost == {"response": "wait"}
        resource.prlimit(full.process.pid, resource.RLIMIT_FSIZE, (-1, -1))
        wait_for(lambda: server.ask("lava_send", messageID="9", message=big)["response"] == "ack")
        assert client.ask("lava_wait", messageID="9", nodeID="2")["message"] == {"1": big}
    finally:
        full.end()
