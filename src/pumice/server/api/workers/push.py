"""The push channel: a worker is told at once that one of its jobs is Scheduled or Canceling.

``GET workers/<name>/push/`` answers lines of JSON for as long as the worker stays:
``{"ping": true}`` when it should ask what there is to do, first of all at once, and
``{"alive": true}`` in between.
"""

from __future__ import annotations

import re
from typing import Any

import orjson

from pumice.server.api.streams import Receive, Scope, Send, Stream, connected, header, respond
from pumice.server.api.workers.answers import Refused
from pumice.server.api.workers.tokens import worker_by_token
from pumice.server.events.bus import Bus
from pumice.server.events.queries import Stamped
from pumice.wire import events
from pumice.wire.states import JobState

_ALIVE_SECONDS = 15.0
_STATES = (JobState.SCHEDULED.label, JobState.CANCELING.label)


async def push(scope: Scope, receive: Receive, send: Send, bus: Bus, match: re.Match[str]) -> None:
    """Serve the channel until the worker or the server goes."""
    name = match["name"]
    try:
        await bus.call(worker_by_token, name, header(scope, b"lava-token"))
    except Refused as refused:
        body = orjson.dumps({"error": str(refused)})
        await respond(send, refused.status, b"application/json", body)
        return

    def concerns(event: Stamped) -> bool:
        return (
            event.kind == events.TESTJOB
            and event.worker == name
            and event.body.get("state") in _STATES
        )

    with bus.subscribe(wants=concerns) as subscription:
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"content-type", b"application/x-ndjson")],
            }
        )
        woken = True
        async with connected(receive, subscription) as gone:
            while not gone.is_set() and not bus.stopping:
                await _line(send, {"ping": True} if woken else {"alive": True})
                woken = await subscription.wait(_ALIVE_SECONDS)
                subscription.take()
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _line(send: Send, body: dict[str, Any]) -> None:
    data = orjson.dumps(body) + b"\n"
    await send({"type": "http.response.body", "body": data, "more_body": True})


ROUTES: list[tuple[re.Pattern[str], Stream]] = [
    (re.compile(r"^/scheduler/internal/v1/workers/(?P<name>[^/\0]+)/push/$"), push),
]
