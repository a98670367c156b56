"""A coordinator that keeps no connection open, as LAVA's: it is asked again after a pause."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from pumice.dispatcher.errors import JobError, MultinodeTimeout
from pumice.dispatcher.multinode.client import Client
from pumice.dispatcher.report import Report
from pumice.wire.coordinator import HEADER, Call, Reply, Request, Response, Settings, length, parse
from pumice.wire.spool import Spool

REQUEST = Request(call=Call.WAIT, client="1", group="g", role="r", message_id="m")
PAUSE = 0.2


class Impatient:
    """Answers ``wait`` at once, so many times; then what was waited for."""

    def __init__(self, waits: float) -> None:
        self.waits = waits
        self.asked: list[dict[str, object]] = []

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        size = length(await reader.readexactly(HEADER), 1 << 16)
        self.asked.append(parse(await reader.readexactly(size)))
        assert await reader.read() == b"", "the client closes its sending side"
        done = len(self.asked) > self.waits
        reply = Reply(Response.ACK, {"2": {"a": "b"}}) if done else Reply(Response.WAIT)
        writer.write(reply.to_frame())
        await writer.drain()
        writer.close()


@asynccontextmanager
async def asking(folder: Path, waits: float) -> AsyncGenerator[tuple[Client, Impatient]]:
    one = Impatient(waits)
    server = await asyncio.start_server(one.answer, "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    settings = Settings(port, poll_delay=PAUSE, coordinator_hostname="127.0.0.1")
    spool = Spool(folder / "logs.yaml")
    async with server:
        yield Client(settings, Report(spool)), one
    spool.close()


async def test_it_is_asked_until_it_knows(tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()
    async with asking(tmp_path, 3) as (client, one):
        began = loop.time()
        reply = await client.ask(REQUEST, "it", seconds=math.inf, until=began + 60)
        assert reply.message == {"2": {"a": "b"}}
        assert loop.time() - began >= 3 * PAUSE
    assert len(one.asked) == 4
    assert len({str(asked["call"]) for asked in one.asked}) == 1


async def test_time_is_up_whatever_it_says(tmp_path: Path) -> None:
    until = asyncio.get_running_loop().time() + 60
    async with asking(tmp_path, math.inf) as (client, one):
        with pytest.raises(MultinodeTimeout, match="it timed out after 1 seconds"):
            await client.ask(REQUEST, "it", seconds=1, until=until)
    assert 2 <= len(one.asked) <= 1 / PAUSE + 1


async def test_what_is_too_long_is_never_sent(tmp_path: Path) -> None:
    until = asyncio.get_running_loop().time() + 60
    long = Request(
        call=Call.SEND, client="1", group="g", role="r", message_id="m", message={"a": "x" * 70000}
    )
    async with asking(tmp_path, 0) as (client, one):
        with pytest.raises(JobError, match="too long"):
            await client.ask(long, "it", seconds=1, until=until)
    assert one.asked == []
