"""What the jobs of a group are answered, as LAVA's dispatchers ask."""

from __future__ import annotations

import pytest

from .conftest import Job, Running, answer


def test_a_group_begins_when_all_its_jobs_have_come(coordinator: Running) -> None:
    server, client = coordinator.job("1", "server"), coordinator.job("2", "client")
    assert server.ask("group_data", group_size=2) == {"response": "wait"}
    told = {"response": "group_data", "roles": {"1": "server", "2": "client"}}
    assert client.ask("group_data", group_size=2) == told
    assert server.ask("group_data", group_size=2) == told


def test_a_message_reaches_those_who_wait_for_it(pair: tuple[Job, Job]) -> None:
    server, client = pair
    assert client.ask("lava_wait", messageID="up", nodeID="2") == {"response": "wait"}
    sent = server.ask("lava_send", messageID="up", message={"ip": "10.0.0.1"})
    assert sent == {"response": "ack"}
    expected = {"response": "ack", "message": {"1": {"ip": "10.0.0.1"}}}
    assert client.ask("lava_wait", messageID="up", nodeID="2") == expected
    assert client.ask("lava_wait", messageID="up", nodeID="2") == expected


def test_messages_of_one_id_accumulate(pair: tuple[Job, Job]) -> None:
    server, client = pair
    server.ask("lava_send", messageID="up", message={"ip": "10.0.0.1", "port": "80"})
    server.ask("lava_send", messageID="up", message={"port": "8080"})
    client.ask("lava_send", messageID="up", message={})
    assert client.ask("lava_wait", messageID="up", nodeID="2")["message"] == {
        "1": {"ip": "10.0.0.1", "port": "8080"},
        "2": {},
    }


def test_a_sync_ends_when_all_have_called_it_and_can_be_called_again(
    pair: tuple[Job, Job],
) -> None:
    server, client = pair
    for _ in range(3):
        assert server.ask("lava_sync", messageID="go") == {"response": "wait"}
        assert server.ask("lava_sync", messageID="go") == {"response": "wait"}
        assert client.ask("lava_sync", messageID="go") == {"response": "ack", "message": "go"}
        assert server.ask("lava_sync", messageID="go") == {"response": "ack", "message": "go"}


def test_a_sync_gives_its_message_back(pair: tuple[Job, Job]) -> None:
    server, client = pair
    server.ask("lava_sync", messageID="go")
    reply = client.ask("lava_sync", messageID="go", message={"a": "1"})
    assert reply == {"response": "ack", "message": {"a": "1"}}


def test_waiting_for_all_ends_when_all_have_sent(pair: tuple[Job, Job]) -> None:
    server, client = pair
    assert server.ask("lava_wait_all", messageID="up")["response"] == "nack"
    server.ask("lava_send", messageID="up", message={"a": "1"})
    assert server.ask("lava_wait_all", messageID="up") == {"response": "wait"}
    client.ask("lava_send", messageID="up", message={"b": "2"})
    for one in pair:
        assert one.ask("lava_wait_all", messageID="up") == {
            "response": "ack",
            "message": {"1": {"a": "1"}, "2": {"b": "2"}},
        }


def test_waiting_for_a_role_ends_when_all_jobs_of_that_role_have_sent(
    coordinator: Running,
) -> None:
    server = coordinator.job("1", "server")
    clients = [coordinator.job(name, "client") for name in ("2", "3")]
    for one in (server, *clients):
        one.ask("group_data", group_size=3)
    waits = {"messageID": "up", "waitrole": "client"}
    assert server.ask("lava_wait_all", **waits) == {"response": "wait"}
    clients[0].ask("lava_send", messageID="up", message={"a": "1"})
    assert server.ask("lava_wait_all", **waits) == {"response": "wait"}
    clients[1].ask("lava_send", messageID="up", message={})
    assert server.ask("lava_wait_all", **waits) == {
        "response": "ack",
        "message": {"2": {"a": "1"}, "3": {}},
    }


def test_a_role_that_nobody_has_is_refused_and_the_coordinator_goes_on(
    pair: tuple[Job, Job],
) -> None:
    server, _ = pair
    reply = server.ask("lava_wait_all", messageID="up", waitrole="sever")
    assert reply == {"response": "nack", "reason": "no job of the group has the role 'sever'"}
    assert server.ask("lava_send", messageID="up", message={}) == {"response": "ack"}


def test_a_group_ends_when_all_its_jobs_have_cleared_it(pair: tuple[Job, Job]) -> None:
    server, client = pair
    server.ask("lava_send", messageID="up", message={})
    assert server.ask("clear_group", group_size=2) == {"response": "ack"}
    assert client.ask("lava_wait", messageID="up", nodeID="2")["response"] == "ack"
    assert client.ask("clear_group", group_size=2) == {"response": "ack"}
    assert client.ask("lava_wait", messageID="up", nodeID="2")["response"] == "nack"
    # An answer may have been lost, so the same is asked once more.
    assert client.ask("clear_group", group_size=2) == {"response": "ack"}
    assert server.ask("group_data", group_size=2) == {"response": "wait"}


@pytest.mark.parametrize("request_name", ["aggregate", "complete"])
def test_what_only_old_dispatchers_ask_is_accepted(
    pair: tuple[Job, Job], request_name: str
) -> None:
    assert pair[0].ask(request_name) == {"response": "ack"}


@pytest.mark.parametrize(
    ("request_name", "fields", "reason"),
    [
        ("lava_dance", {}, "the request 'lava_dance' is not known"),
        ("lava_send", {}, "messageID is missing"),
        ("lava_send", {"messageID": "x", "message": "text"}, "message must be a map"),
        ("group_data", {"group_size": 3}, "the group has 2 jobs, not 3"),
        ("lava_wait", {"messageID": "x", "nodeID": "9"}, "job 9 is not registered"),
    ],
)
def test_a_wrong_request_is_refused_with_the_reason(
    pair: tuple[Job, Job], request_name: str, fields: dict[str, object], reason: str
) -> None:
    reply = pair[0].ask(request_name, **fields)
    assert reply["response"] == "nack"
    assert reason in reply["reason"]


def test_strangers_are_refused(coordinator: Running, pair: tuple[Job, Job]) -> None:
    stranger = coordinator.job("3", "server")
    assert "send group_data first" in stranger.ask("lava_sync", messageID="x")["reason"]
    assert "has its 2 jobs" in stranger.ask("group_data", group_size=2)["reason"]
    impostor = coordinator.job("1", "client")
    assert "registered as server" in impostor.ask("group_data", group_size=2)["reason"]
    elsewhere = coordinator.job("1", "server", "another")
    assert "there is no group" in elsewhere.ask("lava_sync", messageID="x")["reason"]
    assert "group_size" in elsewhere.ask("group_data")["reason"]


def test_groups_know_nothing_of_each_other(coordinator: Running) -> None:
    one, two = (coordinator.job("1", "server", group) for group in ("a", "b"))
    for job in (one, two):
        assert job.ask("group_data", group_size=1)["response"] == "group_data"
    one.ask("lava_send", messageID="up", message={})
    assert two.ask("lava_wait", messageID="up", nodeID="1") == {"response": "wait"}


def test_one_who_does_not_poll_is_answered_when_it_is_time(pair: tuple[Job, Job]) -> None:
    server, client = pair
    with client.begin("lava_wait", messageID="up", nodeID="2", hold=60) as waiting:
        server.ask("lava_send", messageID="other", message={})
        server.ask("lava_send", messageID="up", message={"a": "1"})
        assert answer(waiting) == {"response": "ack", "message": {"1": {"a": "1"}}}


def test_one_who_does_not_poll_is_told_when_its_time_is_over(pair: tuple[Job, Job]) -> None:
    assert pair[0].ask("lava_sync", messageID="go", hold=0.05) == {"response": "wait"}


@pytest.mark.parametrize(
    ("request_name", "fields", "response"),
    [
        ("group_data", {"group_size": 5}, "group_data"),
        ("lava_sync", {"messageID": "go"}, "ack"),
    ],
)
def test_the_last_to_come_ends_the_waiting_of_all(
    coordinator: Running, request_name: str, fields: dict[str, object], response: str
) -> None:
    jobs = [coordinator.job(str(number), "node") for number in range(5)]
    if request_name != "group_data":
        for one in jobs:
            one.ask("group_data", group_size=5)
    waiting = [one.begin(request_name, hold=60, **fields) for one in jobs]
    for connection in waiting:
        with connection:
            assert answer(connection)["response"] == response


def test_a_call_whose_answer_was_lost_is_no_second_call(pair: tuple[Job, Job]) -> None:
    server, client = pair
    server.ask("lava_sync", messageID="go", call="a")
    assert client.ask("lava_sync", messageID="go", call="b")["response"] == "ack"
    assert client.ask("lava_sync", messageID="go", call="b")["response"] == "ack"
    assert server.ask("lava_sync", messageID="go", call="a")["response"] == "ack"
    assert client.ask("lava_sync", messageID="go", call="c") == {"response": "wait"}
    # It gave up in the first round and was not told: its next call is one of the second.
    assert server.ask("lava_sync", messageID="go", call="d")["response"] == "ack"
