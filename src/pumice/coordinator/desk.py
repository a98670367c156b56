"""Takes requests and gives their replies, once what they changed is on the disk.

All that has arrived meanwhile is decided together and written in one transaction, then each gets
its reply. A request that is held joins those that wait for its topic, and is decided again when
something has changed there.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from pumice.coordinator.group import Kind, topic
from pumice.coordinator.groups import Groups
from pumice.coordinator.journal import Journal
from pumice.wire.coordinator import Reply, Request, Response

log = logging.getLogger(__name__)

_SWEEP_SECONDS = 60.0
_WAIT = Reply(Response.WAIT)

Topic = tuple[str, Kind, str]
"""Group, kind and subject of the facts for which a request waits."""


@dataclass(eq=False, slots=True)
class _Asked:
    """One request, and who waits for its reply. ``until`` is on the loop's clock."""

    request: Request
    until: float
    reply: asyncio.Future[Reply]
    timer: asyncio.TimerHandle | None = None
    topic: Topic = field(init=False)

    def __post_init__(self) -> None:
        self.topic = (self.request.group, *topic(self.request))


class Desk:
    """Where requests are asked; :meth:`run` must run beside."""

    def __init__(
        self, journal: Journal, retention: float, clock: Callable[[], float] = time.time
    ) -> None:
        """``retention`` and ``clock`` are in seconds. Raises JournalUnusable."""
        self._journal = journal
        self._retention = retention
        self._clock = clock
        self._groups: Groups = self._restored()
        self._asked: list[_Asked] = []
        self._arrived = asyncio.Event()
        self._held: dict[Topic, set[_Asked]] = {}
        self._swept = 0.0

    async def ask(self, request: Request) -> Reply:
        """The reply to a request: at once, or within ``hold`` seconds where it must wait."""
        loop = asyncio.get_running_loop()
        asked = _Asked(request, loop.time() + request.hold, loop.create_future())
        self._asked.append(asked)
        self._arrived.set()
        try:
            return await asked.reply
        finally:
            self._let_go(asked)

    async def run(self) -> None:
        """Decide what is asked, until canceled. Raises JournalUnusable."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            batch, self._asked = self._asked, []
            self._expire()
            replies = self._decide(batch)
            changes = self._groups.take_changes()
            try:
                # Nothing could be answered meanwhile, so this need not happen beside the loop.
                if changes:
                    self._journal.write(changes)
            except OSError as error:
                log.error("journal-not-written: %s", error)
                # What was decided is forgotten; who asked is to ask again.
                self._groups = self._restored()
                replies = [(asked, _WAIT) for asked in (*batch, *(one for one, _ in replies))]
            for asked, reply in replies:
                self._give(asked, reply)

    def _restored(self) -> Groups:
        groups = Groups(self._retention)
        self._journal.load(groups)
        return groups

    def _expire(self) -> None:
        now = self._clock()
        if now < self._swept + _SWEEP_SECONDS:
            return
        self._swept = now
        for name in self._groups.expire(now):
            log.info("group-expired group=%s", name)

    def _decide(self, batch: list[_Asked]) -> list[tuple[_Asked, Reply]]:
        """The replies to those who get one now; the others are held from here on."""
        replies: list[tuple[_Asked, Reply]] = []
        changed: dict[Topic, None] = {}
        for asked in batch:
            self._decide_one(asked, replies, changed)
        # To be told of an end changes the topic too, but fulfils nothing that others wait for.
        for name in changed:
            for asked in list(self._held.get(name, ())):
                self._decide_one(asked, replies, {})
        return replies

    def _decide_one(
        self,
        asked: _Asked,
        replies: list[tuple[_Asked, Reply]],
        changed: dict[Topic, None],
    ) -> None:
        if asked.reply.done():
            return
        reply, topics = self._groups.answer(asked.request, self._clock())
        changed.update({(asked.request.group, kind, subject): None for kind, subject in topics})
        if reply.response is Response.WAIT and self._hold(asked):
            return
        self._let_go(asked)
        replies.append((asked, reply))

    def _hold(self, asked: _Asked) -> bool:
        """Keep a request that waits, unless its time is over."""
        loop = asyncio.get_running_loop()
        if asked.until <= loop.time():
            return False
        if asked.timer is None:
            asked.timer = loop.call_at(asked.until, self._give, asked, _WAIT)
        self._held.setdefault(asked.topic, set()).add(asked)
        return True

    def _let_go(self, asked: _Asked) -> None:
        if asked.timer is not None:
            asked.timer.cancel()
            asked.timer = None
        others = self._held.get(asked.topic)
        if others is not None:
            others.discard(asked)
            if not others:
                del self._held[asked.topic]

    def _give(self, asked: _Asked, reply: Reply) -> None:
        if not asked.reply.done():
            asked.reply.set_result(reply)
