"""The client of a coordinator: one connection for each request and its reply."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace

from pumice.dispatcher.errors import InfrastructureError, JobError, MultinodeTimeout
from pumice.dispatcher.report import Report
from pumice.wire import coordinator
from pumice.wire.coordinator import (
    HEADER,
    MAX_REPLY,
    InvalidFrame,
    InvalidReply,
    InvalidRequest,
    Reply,
    Request,
    Response,
    Settings,
)

HOLD_SECONDS = 30.0
"""How long the coordinator may keep a connection open before it says that nothing has come."""

_ANSWER_SECONDS = 15.0
_PAUSE = 0.2
_LONGEST_PAUSE = 5.0


class Client:
    """Asks a coordinator, as often as is needed for an answer."""

    def __init__(self, settings: Settings, report: Report) -> None:
        self._settings = settings
        self._report = report
        self.address = f"{settings.coordinator_hostname}:{settings.port}"

    async def ask(self, request: Request, what: str, *, seconds: float, until: float) -> Reply:
        """The reply to a request that may have to wait for others.

        ``what`` says it in messages. Time in which the coordinator does not answer at all is
        not counted as ``seconds``; ``until`` is the loop's time at which all is over. Raises
        MultinodeTimeout, InfrastructureError for a coordinator that does not answer, JobError
        for a request that cannot be sent.
        """
        loop = asyncio.get_running_loop()
        request = replace(request, call_id=uuid.uuid4().hex)
        waited, began, line = 0.0, loop.time(), _Line(self.address, self._report)
        while True:
            left = min(seconds - waited, until - loop.time())
            if left <= 0:
                gone = max(1, round(loop.time() - began))
                raise MultinodeTimeout(f"{what} timed out after {gone} seconds")
            asked, hold = loop.time(), min(HOLD_SECONDS, left)
            limit = min(hold + _ANSWER_SECONDS, left)
            try:
                reply = await self._exchange(replace(request, hold=hold), limit)
            except InvalidRequest as error:
                raise JobError(str(error)) from error
            except (InvalidReply, InvalidFrame) as error:
                raise InfrastructureError(
                    f"what answers at {self.address} is no coordinator: {error}"
                ) from error
            except (OSError, EOFError) as error:
                if isinstance(error, TimeoutError) and limit == left:
                    waited += left  # it was held until the time was up
                else:
                    await line.failed(error, until)
                continue
            line.works()
            if reply.response is not Response.WAIT:
                return reply
            if loop.time() - asked < hold / 2:
                # This coordinator holds no connections: it is LAVA's.
                await asyncio.sleep(min(self._settings.poll_delay, left))
            waited += loop.time() - asked

    async def _exchange(self, request: Request, limit: float) -> Reply:
        """Raises OSError or EOFError where the connection fails, and what is wrong with it."""
        frame = request.to_frame(self._settings)
        settings = self._settings
        async with asyncio.timeout(limit):
            reader, writer = await asyncio.open_connection(
                settings.coordinator_hostname, settings.port
            )
            try:
                writer.write(frame)
                writer.write_eof()
                size = coordinator.length(await reader.readexactly(HEADER), MAX_REPLY)
                return Reply.from_body(await reader.readexactly(size))
            finally:
                writer.close()


class _Line:
    """Whether the coordinator can be reached: says so once, and waits longer each time."""

    def __init__(self, address: str, report: Report) -> None:
        self._address = address
        self._report = report
        self._pause = 0.0

    async def failed(self, error: Exception, until: float) -> None:
        """Wait before the next attempt. Raises InfrastructureError where there is no time left."""
        why = str(error) or type(error).__name__
        if not self._pause:
            self._report.warning(
                f"The coordinator at {self._address} does not answer, trying again: {why}"
            )
        self._pause = min(2 * self._pause or _PAUSE, _LONGEST_PAUSE)
        if asyncio.get_running_loop().time() + self._pause >= until:
            raise InfrastructureError(
                f"the coordinator at {self._address} does not answer: {why}"
            ) from error
        await asyncio.sleep(self._pause)

    def works(self) -> None:
        """An answer came."""
        if self._pause:
            self._report.info(f"The coordinator at {self._address} answers again")
        self._pause = 0.0
