"""Uploading a job's spool: in order, each record once, one request at a time.

As soon as records are there they are sent; what is written while a request is under way makes
up the next one. The server counts records by position, so that a batch whose answer was lost
is sent again without harm. The spool is kept to the job's end, so that a server that was
restored from a backup gets what it lacks.
"""

from __future__ import annotations

import asyncio
import logging

from pumice.wire import loglines
from pumice.wire.spool import SpoolReader
from pumice.worker.backoff import Backoff
from pumice.worker.bell import Bell
from pumice.worker.errors import BodyTooLarge, TryLater, WrongPosition
from pumice.worker.folder import JobFolder
from pumice.worker.link import JobRef, ServerLink

MAX_RECORDS = 5000
MAX_BYTES = 1 << 20
_LOOK_ANYWAY = 5.0
"""Seconds after which the spool is looked at without a bell: a dispatcher may not reach it."""

log = logging.getLogger(__name__)


class Uploader:
    """Brings one spool to the server."""

    def __init__(
        self, link: ServerLink, job: JobRef, folder: JobFolder, bell: Bell, backoff: Backoff
    ) -> None:
        self._link = link
        self._job = job
        self._folder = folder
        self._bell = bell
        self._backoff = backoff
        self._reader = SpoolReader(folder.spool, folder.acknowledged())
        self._found = self._reader.position == 0
        self._complete = False
        self._share = 1
        """A batch holds this part of the full number: 1, 2 for a half, 4 ...; the limit of the
        server or of a proxy before it does not change, so a batch does not grow again."""

    def complete(self) -> None:
        """The spool grows no more: :meth:`run` returns when the server has all of it."""
        self._complete = True
        self._bell.ring()

    async def run(self) -> None:
        """Upload until :meth:`complete` was called and every record is acknowledged.

        Raises UnknownJob when the server does not know the job.
        """
        while True:
            complete = self._complete
            lines = await self._next()
            if lines:
                await self._send(lines)
            elif complete:
                return
            else:
                await self._bell.wait(_LOOK_ANYWAY)

    async def _next(self) -> list[bytes]:
        if self._found:
            return self._read()
        # After a restart the position is searched for, in a spool of any length: in a thread.
        lines = await asyncio.to_thread(self._read)
        self._found = True
        return lines

    def _read(self) -> list[bytes]:
        return self._reader.read(
            max(1, MAX_RECORDS // self._share), max(1, MAX_BYTES // self._share)
        )

    async def _send(self, lines: list[bytes]) -> None:
        try:
            taken = await self._link.upload(self._job, self._reader.position, lines)
        except TryLater as error:
            log.warning("log-upload-delayed job=%d records=%d: %s", self._job.id, len(lines), error)
            await self._backoff.pause()
            return
        except WrongPosition as error:
            log.warning("log-upload-from-start job=%d: %s", self._job.id, error)
            self._reader = SpoolReader(self._folder.spool)
            await self._backoff.pause()
            return
        except BodyTooLarge as error:
            if len(lines) > 1:
                self._share *= 2
                return
            log.error("log-record-refused job=%d: %s", self._job.id, error)
            taken = await self._replace(lines[0])
        if taken:
            self._advance(lines[:taken])

    async def _replace(self, line: bytes) -> int:
        """Send a notice in the place of a record that the server does not take at any size."""
        notice = loglines.LogLine(loglines.now(), "warning", loglines.TOO_LONG)
        body = f"- {loglines.encode(notice)}".encode()
        try:
            return await self._link.upload(self._job, self._reader.position, [body])
        except (TryLater, BodyTooLarge, WrongPosition) as error:
            log.warning("log-upload-delayed job=%d bytes=%d: %s", self._job.id, len(line), error)
            await self._backoff.pause()
            return 0

    def _advance(self, lines: list[bytes]) -> None:
        self._backoff.reset()
        self._reader.advance(lines)
        try:
            self._folder.acknowledge(self._reader.position)
        except OSError as error:
            # The position in memory is right; after a restart the server drops what it has.
            log.warning("position-not-saved job=%d: %s", self._job.id, error)
