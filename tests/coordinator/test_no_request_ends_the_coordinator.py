"""Any JSON may come as a request, from any number of clients, at any speed."""

from __future__ import annotations

import asyncio
import json
import socket
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pumice.coordinator.desk import Desk
from pumice.coordinator.door import Door
from pumice.coordinator.groups import Groups
from pumice.coordinator.journal import Journal
from pumice.wire.coordinator import Call, InvalidFrame, InvalidRequest, Request, parse

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)
NAMES = st.sampled_from(["1", "2", "server", "x"]) | ANYTHING
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "request": st.sampled_from([str(call) for call in Call]) | ANYTHING,
    "client_name": NAMES,
    "group_name": st.just("g") | ANYTHING,
    "role": NAMES,
    "group_size": st.just(2) | ANYTHING,
    "messageID": NAMES,
    "nodeID": NAMES,
    "waitrole": NAMES,
    "message": ANYTHING,
    "hold": ANYTHING,
    "call": NAMES,
}
REQUESTS = st.fixed_dictionaries({}, optional=FIELDS) | st.fixed_dictionaries(FIELDS)


@settings(deadline=None, max_examples=150)
@given(st.lists(REQUESTS, max_size=25))
def test_every_request_gets_a_reply_that_can_be_sent(messages: list[dict[str, Any]]) -> None:
    groups = Groups(retention=60.0)
    for now, message in enumerate(messages):
        try:
            request = Request.from_json(parse(json.dumps(message).encode()))
        except (InvalidFrame, InvalidRequest) as error:
            assert str(error)
            continue
        reply, _ = groups.answer(request, now)
        assert json.loads(reply.to_frame()[8:])["response"] == reply.response


async def test_who_takes_too_long_is_told_so_and_sent_away(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        door = asyncio.create_task(Door(Desk(journal, 60.0), read_seconds=0.05).run(listening))
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"00000010{")
        reply = json.loads((await reader.read())[8:])
        writer.close()
        door.cancel()
        await asyncio.wait([door])
    journal.close()
    assert reply == {"response": "nack", "reason": "the request did not come in time"}
