"""Clients that send what they should not, too slowly, too much, or too often."""

from __future__ import annotations

import json
import socket
from contextlib import ExitStack
from pathlib import Path

import pytest

from pumice.coordinator.group import MAX_BYTES
from pumice.wire.coordinator import MAX_REQUEST

from .conftest import Job, Running, answer, wait_for

BASE = {"client_name": "1", "group_name": "group", "role": "server"}
SEND = {**BASE, "request": "lava_send", "messageID": "up", "message": {}}
MEGABYTE = 1 << 20


def _framed(body: bytes) -> bytes:
    return b"%08X" % len(body) + body


def _registering(**fields: object) -> bytes:
    return _framed(json.dumps({**BASE, "request": "group_data", **fields}).encode())


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (b"", "ends before its length"),
        (b"GET / HTTP/1.1\r\n\r\n", "eight hex digits"),
        (b"FFFFFFFF{}", "1 to 65534 are possible"),
        (b"0000FFFF" + b" " * 0xFFFF, "1 to 65534 are possible"),
        (b"00000000", "1 to 65534 are possible"),
        (b"00000010{}", "ends before its length"),
        (_framed(b"\xff\xfe\x00"), "not JSON"),
        (_framed(b'{"request": NaN}'), "not JSON"),
        (_framed(b'{"client_name": "\\ud800"}'), "not JSON"),
        (_framed(b'{"request": ' + b"[" * 30000 + b"]" * 30000 + b"}"), "not JSON"),
        (_registering(message=json.loads("[" * 253 + "]" * 253)), "nested too deeply"),
        (_framed(b"[]"), "not a JSON object"),
        (_framed(b"{}"), "the request None is not known"),
        (_registering(request=["group_data"]), "is not known"),
        (_registering(group_size=10**6), "from 1 to 1000"),
        (_registering(group_size=10**30), "must be a number"),
        (_registering(group_size=1, role="r" * 999), "at most 200 letters"),
    ],
)
def test_what_is_no_request_is_refused_with_the_reason(
    coordinator: Running, sent: bytes, reason: str
) -> None:
    got = coordinator.send_raw(sent)
    reply = json.loads(got[8:])
    assert reply["response"] == "nack"
    assert reason in reply["reason"]
    assert coordinator.job("1", "server").ask("group_data", group_size=1)["roles"]


def test_the_longest_request_is_taken(pair: tuple[Job, Job]) -> None:
    value = "v" * (MAX_REQUEST - 400)
    assert pair[0].ask("lava_send", messageID="up", message={"k": value}) == {"response": "ack"}
    assert pair[1].ask("lava_wait", messageID="up", nodeID="2")["message"] == {"1": {"k": value}}


def test_those_who_say_nothing_keep_nobody_waiting(
    coordinator: Running, pair: tuple[Job, Job]
) -> None:
    with ExitStack() as silent:
        for _ in range(500):
            silent.enter_context(coordinator.connect()).sendall(b"0000")
        assert pair[0].ask("lava_send", messageID="up", message={}) == {"response": "ack"}


def test_those_who_hang_up_are_forgotten(coordinator: Running, pair: tuple[Job, Job]) -> None:
    for _ in range(500):
        pair[0].begin("lava_wait", messageID="up", nodeID="1", hold=60).close()
    pair[0].ask("lava_send", messageID="up", message={})
    assert pair[1].ask("lava_wait", messageID="up", nodeID="2")["response"] == "ack"


def test_a_connection_above_the_limit_is_closed_and_room_is_made_again(tmp_path: Path) -> None:
    small = Running(tmp_path, "--nofile=100")
    try:
        job = small.job("1", "alone")
        job.ask("group_data", group_size=1)
        with small.connect() as early, ExitStack() as waiting:
            assert any(_is_refused(job, waiting) for _ in range(100))
            early.sendall(_framed(json.dumps(SEND).encode()))
            early.shutdown(socket.SHUT_WR)
            assert answer(early) == {"response": "ack"}
        wait_for(lambda: _taken(job))
    finally:
        small.end()


def _is_refused(job: Job, waiting: ExitStack) -> bool:
    """Whether a request is turned away that would be held else, with what came before it."""
    try:
        held = waiting.enter_context(job.begin("lava_wait", messageID="up", nodeID="1", hold=60))
        held.settimeout(0.02)
        return held.recv(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def _taken(job: Job) -> bool:
    try:
        return job.ask("lava_wait", messageID="up", nodeID="1")["response"] == "ack"
    except (OSError, AssertionError):
        return False


def test_a_group_takes_only_so_many_messages(pair: tuple[Job, Job]) -> None:
    value = "v" * 60000
    replies = [
        pair[0].ask("lava_send", messageID=str(number), message={"k": value})
        for number in range(MAX_BYTES // len(value) + 1)
    ]
    assert replies[0] == {"response": "ack"}
    assert replies[-1] == {
        "response": "nack",
        "reason": "the group has 4 MiB of messages: no more are kept",
    }
    assert pair[1].ask("lava_wait", messageID="0", nodeID="2")["response"] == "ack"
    assert pair[1].ask("clear_group", group_size=2) == {"response": "ack"}


def test_large_replies_to_slow_readers_fill_no_memory(
    coordinator: Running, pair: tuple[Job, Job]
) -> None:
    for number in range(50):
        pair[0].ask("lava_send", messageID="up", message={f"k{number}": "v" * 60000})
    before = coordinator.memory()
    with ExitStack() as readers:
        slow = [
            readers.enter_context(pair[1].begin("lava_wait", messageID="up", nodeID="2"))
            for _ in range(100)
        ]
        # Decided after all of them.
        assert pair[0].ask("lava_sync", messageID="go") == {"response": "wait"}
        assert coordinator.memory() - before < 64 * MEGABYTE
        assert len(answer(slow[0])["message"]["1"]) == 50
