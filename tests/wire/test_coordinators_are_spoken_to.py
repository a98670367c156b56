"""Requests and replies of MultiNode groups, and where their coordinator is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from pumice.wire.coordinator import (
    HEADER,
    MAX_HOLD,
    MAX_REQUEST,
    Call,
    InvalidFrame,
    InvalidReply,
    InvalidRequest,
    InvalidSettings,
    Reply,
    Request,
    Response,
    Settings,
    length,
    parse,
    settings,
)

BASE = {"client_name": "7", "group_name": "g", "role": "server"}


def test_a_request_has_the_fields_that_lava_sends() -> None:
    request = Request(
        call=Call.WAIT_ALL,
        client="7",
        group="g",
        role="server",
        hostname="h",
        message_id="up",
        wait_role="client",
    )
    sent = request.to_frame(Settings(port=4, coordinator_hostname="c"))
    assert sent[:HEADER] == b"%08X" % (len(sent) - HEADER)
    assert json.loads(sent[HEADER:]) == {
        "request": "lava_wait_all",
        "port": 4,
        "blocksize": 4096,
        "poll_delay": 3,
        "host": "c",
        "hostname": "h",
        **BASE,
        "messageID": "up",
        "waitrole": "client",
    }


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@limits(deadline=None)
@given(
    call=st.sampled_from(list(Call)),
    client=words.filter(bool),
    message=st.none() | st.dictionaries(words, words, max_size=3),
    hold=st.floats(0, 60),
    call_id=words,
)
def test_a_request_reads_back_as_it_was_written(
    call: Call, client: str, message: Any, hold: float, call_id: str
) -> None:
    named = call in (Call.SEND, Call.WAIT, Call.SYNC, Call.WAIT_ALL)
    request = Request(
        call=call,
        client=client,
        group="g",
        role="r",
        message_id="id" if named else "",
        message=message,
        hold=hold,
        call_id=call_id,
    )
    sent = request.to_frame(Settings())
    size = length(sent[:HEADER], MAX_REQUEST)
    assert Request.from_json(parse(sent[HEADER : HEADER + size])) == request


@pytest.mark.parametrize(
    "reply",
    [
        Reply(Response.ACK, {"7": {"ip": "10.0.0.1"}}),
        Reply(Response.WAIT),
        Reply.nack("no such role"),
        Reply(Response.GROUP_DATA, None, {"7": "server", "8": "client"}),
    ],
)
def test_a_reply_reads_back_as_it_was_written(reply: Reply) -> None:
    assert Reply.from_body(reply.to_frame()[HEADER:]) == reply


def test_a_refusal_has_no_message_since_lavas_dispatchers_take_it_for_a_map() -> None:
    sent = json.loads(Reply.nack("no such role").to_frame()[HEADER:])
    assert sent == {"response": "nack", "reason": "no such role"}
    assert Reply.from_body(b'{"response": "nack"}') == Reply(Response.NACK)


@pytest.mark.parametrize("header", [b"0000", b"0000000G", b"-0000001", b"00000000", b"FFFFFFFF"])
def test_a_bad_header_is_no_frame(header: bytes) -> None:
    with pytest.raises(InvalidFrame):
        length(header, MAX_REQUEST)


@pytest.mark.parametrize("body", [b"", b"[1]", b"null", b"{", b"\xff", b"[" * 5000])
def test_a_bad_body_is_no_frame(body: bytes) -> None:
    with pytest.raises(InvalidFrame):
        parse(body)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"request": "lava_dance"}, "lava_dance"),
        ({"request": None}, "None"),
        ({"request": "lava_send"}, "messageID"),
        ({"request": "group_data", "group_size": "2"}, "group_size"),
        ({"request": "group_data", "group_size": True}, "group_size"),
        ({"request": "group_data", "client_name": ""}, "client_name"),
        ({"request": "group_data", "role": []}, "role"),
        ({"request": "lava_wait", "messageID": "x", "hold": "long"}, "hold"),
    ],
)
def test_a_request_that_cannot_be_is_refused_with_the_field(
    fields: dict[str, Any], named: str
) -> None:
    with pytest.raises(InvalidRequest, match=named):
        Request.from_json({**BASE, **fields})


def test_a_number_serves_as_the_id_of_a_job_or_message() -> None:
    read = Request.from_json(
        {**BASE, "request": "lava_sync", "client_name": 7, "messageID": 5, "hold": 1e9}
    )
    assert (read.client, read.message_id, read.hold) == ("7", "5", MAX_HOLD)


def test_a_message_that_no_request_can_carry_is_refused_before_it_is_sent() -> None:
    for message in ({"k": "v" * MAX_REQUEST}, {"k": {1, 2}}):
        request = Request(
            call=Call.SEND, client="7", group="g", role="r", message_id="x", message=message
        )
        with pytest.raises(InvalidRequest):
            request.to_frame(Settings())


@pytest.mark.parametrize(
    "body", [b"?", b"{}", b'{"response": 1}', b'{"response": "group_data", "roles": []}']
)
def test_an_answer_of_another_program_is_no_reply(body: bytes) -> None:
    with pytest.raises(InvalidReply):
        Reply.from_body(body)


def test_lavas_file_says_where_the_coordinator_is() -> None:
    text = '{"port": 3080, "blocksize": 2048, "poll_delay": 1, "coordinator_hostname": "lab"}'
    assert settings(text) == Settings(3080, 2048, 1, "lab")
    assert settings("{}") == Settings(3079, 4096, 3, "localhost")


def test_what_the_worker_says_comes_before_the_file() -> None:
    assert settings('{"port": 1, "poll_delay": 2}', "lab:3081") == Settings(3081, 4096, 2, "lab")
    assert settings(None, "[::1]:3079") == Settings(coordinator_hostname="::1")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, ""),
        ("[]", ""),
        ("{", ""),
        ('{"port": "x"}', ""),
        ('{"coordinator_hostname": 1}', ""),
        (None, "lab"),
        (None, "lab:0"),
        (None, ":3079"),
        (None, "::1:3079"),
    ],
)
def test_settings_that_name_no_coordinator_are_refused(text: str | None, told: str) -> None:
    with pytest.raises(InvalidSettings):
        settings(text, told)
