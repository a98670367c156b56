"""Live pages: a job's log and state, and changes of jobs, devices and workers, pushed.

``GET /scheduler/job/N/live?line=K`` sends ``log`` (a range of lines, as
:class:`pumice.server.web.logs.ranges.Piece`; the id is the number of the next line), ``state`` (as
:func:`pumice.server.web.live.reading.look` reads it) and, when the job has ended and its log
is sent, ``end``.

``GET /live?after=SEQ`` sends ``testjob``, ``device`` and ``worker`` with the event's body (the id
is its seq), and ``reload`` where too much happened to tell one by one.

Both resume from ``Last-Event-ID``, hold no database connection while they wait, and read a piece
at a time, when the client has taken the one before.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs

from pumice.server.api.streams import Receive, Scope, Send, Stream, connected, header, respond
from pumice.server.events import queries
from pumice.server.events.bus import Bus, Subscription
from pumice.server.events.queries import Stamped
from pumice.server.web.live import reading
from pumice.server.web.live.reading import PAGE_KINDS, NotForYou
from pumice.server.web.live.sse import HEARTBEAT_SECONDS, EventStream, SlowClient, resume_from
from pumice.wire import events
from pumice.wire.states import JobState

CATCH_UP = 500
"""A client that missed more events reloads its page."""


async def job_live(
    scope: Scope, receive: Receive, send: Send, bus: Bus, match: re.Match[str]
) -> None:
    """Send the job's log from a line on, and its states, until it has ended."""
    job_id = int(match["job"])
    cookies = header(scope, b"cookie")

    def concerns(event: Stamped) -> bool:
        return event.kind == events.TESTJOB and event.job_id == job_id

    with bus.subscribe(f"log:{job_id}", wants=concerns) as subscription:
        line = resume_from(scope, _number(scope, "line"))
        try:
            state, piece = await bus.call(reading.look, cookies, job_id, line)
        except NotForYou as refused:
            await respond(send, refused.status, b"text/plain", b"")
            return
        stream = EventStream(send)
        told: dict[str, Any] = {}
        async with connected(receive, subscription) as gone:
            try:
                await stream.start()
                while not gone.is_set() and not bus.stopping:
                    if state != told:
                        await stream.event("state", state)
                        told = state
                    if piece.end > line:
                        line = piece.end
                        await stream.event("log", piece.as_json(), line)
                    elif state["state"] == JobState.FINISHED.label:
                        await stream.event("end", {"lines": line})
                        break
                    elif not await subscription.wait(HEARTBEAT_SECONDS):
                        await stream.heartbeat()
                    subscription.take()
                    state, piece = await bus.call(reading.look, cookies, job_id, line)
            except SlowClient:
                return
            except NotForYou:
                pass  # no longer: the stream ends, and coming back is refused
        await stream.end()


async def live(scope: Scope, receive: Receive, send: Send, bus: Bus, match: re.Match[str]) -> None:
    """Send the events that the listener may see, from a seq on, until the client goes."""
    cookies = header(scope, b"cookie")
    stream = EventStream(send)
    with bus.subscribe(wants=lambda event: event.kind in PAGE_KINDS) as subscription:
        newest = await bus.call(queries.last_seq)
        seq = min(resume_from(scope, _number(scope, "after", newest)), newest)
        async with connected(receive, subscription) as gone:
            try:
                await stream.start()
                seq = await _catch_up(stream, bus, cookies, seq)
                while not gone.is_set() and not bus.stopping:
                    if not await subscription.wait(HEARTBEAT_SECONDS):
                        await stream.heartbeat()
                    seq = await _send_events(stream, bus, cookies, subscription, seq)
            except SlowClient:
                return
        await stream.end()


async def _catch_up(stream: EventStream, bus: Bus, cookies: str | None, seq: int) -> int:
    missed = await bus.call(queries.after, seq, CATCH_UP)
    if len(missed) < CATCH_UP:
        return await _send_visible(stream, bus, cookies, missed, seq)
    newest = await bus.call(queries.last_seq)
    await stream.event("reload", {}, newest)
    return newest


async def _send_events(
    stream: EventStream, bus: Bus, cookies: str | None, subscription: Subscription, seq: int
) -> int:
    heard = subscription.take()
    if subscription.overrun:
        subscription.overrun = False
        return await _catch_up(stream, bus, cookies, seq)
    return await _send_visible(stream, bus, cookies, [e for e in heard if e.seq > seq], seq)


async def _send_visible(
    stream: EventStream, bus: Bus, cookies: str | None, heard: list[Stamped], seq: int
) -> int:
    if not heard:
        return seq
    for event in await bus.call(reading.visible_events, cookies, heard):
        await stream.event(event.kind, event.body, event.seq)
    return heard[-1].seq


def _number(scope: Scope, name: str, default: int = 0) -> int:
    """A parameter of the address, where it is a number."""
    values = parse_qs(scope["query_string"].decode("latin-1")).get(name, [""])
    text = values[-1]
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else default


ROUTES: list[tuple[re.Pattern[str], Stream]] = [
    (re.compile(r"^/scheduler/job/(?P<job>[0-9]{1,18})/live$"), job_live),
    (re.compile(r"^/live$"), live),
]
