"""The group of jobs that this job belongs to, and what it was told by the others."""

from __future__ import annotations

import asyncio
import math
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from pumice.definitions.multinode import Membership
from pumice.dispatcher.errors import InfrastructureError, JobError, JobFailure
from pumice.dispatcher.multinode.client import Client
from pumice.dispatcher.report import Report
from pumice.wire.coordinator import (
    CONFIGURATION,
    VARIABLE,
    Call,
    InvalidSettings,
    Reply,
    Request,
    Response,
    Settings,
    settings,
)

SET_UP_SECONDS = 90.0
"""How long the jobs of a group wait until all have started. Source: LAVA."""

START = "lava_start"
"""The message that starts a job which waits for another role's."""

LEAVE_SECONDS = 10.0
"""How long the coordinator may take to hear that a job is over."""

Values = Mapping[str, Any]


def configured() -> Settings:
    """Where this host's coordinator is. Raises InfrastructureError where nothing says so."""
    path = Path(CONFIGURATION)
    try:
        text = path.read_text("utf-8") if path.exists() else None
        return settings(text, os.environ.get(VARIABLE, ""))
    except (OSError, UnicodeDecodeError, InvalidSettings) as error:
        raise InfrastructureError(f"MultiNode needs a coordinator: {error}") from error


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call brought: the values of each sender, by its job's number.

    ``refused`` is the coordinator's reason where it did not do what it was asked for.
    """

    values: Mapping[str, Values] = field(default_factory=dict[str, Values])
    refused: str = ""

    @property
    def together(self) -> dict[str, Any]:
        """The values of all senders; of the same key the last."""
        found: dict[str, Any] = {}
        for values in self.values.values():
            found |= values
        return found


class Group:
    """The group, from the side of one of its jobs.

    ``roles`` are those of all jobs by their numbers, once the job has joined. ``made`` holds
    the calls of actions that were made, so that another attempt does not make them again.
    """

    def __init__(
        self, membership: Membership, job_id: str, coordinator: Settings, report: Report
    ) -> None:
        self.membership = membership
        self.job_id = job_id
        self.roles: dict[str, str] = {}
        self.made: set[str] = set()
        self._client = Client(coordinator, report)
        self._report = report
        self._host = socket.gethostname()
        self._messages: dict[str, dict[str, Any]] = {}
        self._joined = False

    async def join(self, until: float) -> None:
        """Wait until all jobs of the group have started; then, where the job says so, for the
        message of the role that starts it. ``until`` is the loop's time at which the job is
        over. Raises MultinodeTimeout, InfrastructureError.
        """
        group = self.membership
        size = group.group_size
        self._report.info(
            f"Role {group.role} of group {group.target_group}: waiting for the {size} jobs of it"
        )
        self._joined = True
        reply = await self._client.ask(
            self._request(Call.GROUP_DATA, group_size=size),
            f"waiting for all {size} jobs of the group",
            seconds=SET_UP_SECONDS,
            until=until,
        )
        if reply.response is not Response.GROUP_DATA:
            raise InfrastructureError(f"the coordinator refused the group: {reply.message}")
        self.roles = dict(sorted(reply.roles.items(), key=_by_number))
        told = ", ".join(f"{job} {role}" for job, role in self.roles.items())
        self._report.info(f"The group is complete: {told}")
        if group.expect_role:
            self._report.info(f"Waiting for role {group.expect_role} to send {START}")
            await self.start(group.expect_role, group.timeout, until)

    async def start(self, role: str, seconds: float, until: float) -> None:
        """Wait until the role has said that this job may start. Raises MultinodeTimeout."""
        answer = await self.call(Call.WAIT_ALL, START, role=role, seconds=seconds, until=until)
        if answer.refused:
            raise JobError(f"the coordinator refused to wait for {START}: {answer.refused}")

    async def call(
        self,
        call: Call,
        message_id: str,
        *,
        message: Any = None,
        role: str = "",
        seconds: float = 0.0,
        until: float,
    ) -> Answer:
        """Send, or wait for others. ``seconds`` 0 is what the job says of its role.

        What others sent is kept for :meth:`told`. Raises MultinodeTimeout, InfrastructureError,
        and JobError for a message that cannot be sent.
        """
        what = f"{named(call)} {message_id}" + (f" of role {role}" if role else "")
        if role and role not in self.roles.values():
            # It would not be asked for in vain only: LAVA's coordinator ends when it is.
            self._report.warning(f"{what}: no job of the group has that role")
            return Answer(refused=f"no job of the group has the role {role!r}")
        reply = await self._client.ask(
            self._request(call, message_id=message_id, message=message, wait_role=role),
            what,
            seconds=seconds or self.membership.timeout or math.inf,
            until=until,
        )
        if reply.response is Response.NACK:
            self._report.warning(f"The coordinator refused {what}: {reply.message}")
            return Answer(refused=str(reply.message or "no reason was given"))
        if call not in (Call.WAIT, Call.WAIT_ALL):
            self._report.debug(f"{what}: done")
            return Answer()
        answer = Answer(_by_sender(reply))
        self._report.debug(f"{what}: {dict(answer.values)}")
        self.keep(message_id, answer.together)
        return answer

    def keep(self, message_id: str, values: Values) -> None:
        """Keep what a message said beside what it said before."""
        self._messages.setdefault(message_id, {}).update(values)

    def told(self, message_id: str, key: str) -> str:
        """What a message that was waited for says. Raises JobError where it says nothing."""
        found = self._messages.get(message_id)
        if found is None:
            raise JobError(
                f"the message {message_id!r} did not come: an action before this one must wait "
                "for it ('protocols')"
            )
        if key not in found:
            raise JobError(f"the message {message_id!r} says nothing of {key!r}")
        return str(found[key])

    def known(self) -> dict[str, str]:
        """All that messages said, by key; of the same key the last message's."""
        found: dict[str, str] = {}
        for values in self._messages.values():
            found |= {key: str(value) for key, value in values.items()}
        return found

    async def leave(self) -> None:
        """Tell the coordinator that this job is over; a failure to do so is logged only."""
        if not self._joined:
            return
        until = asyncio.get_running_loop().time() + LEAVE_SECONDS
        request = self._request(Call.CLEAR_GROUP, group_size=self.membership.group_size)
        try:
            await self._client.ask(request, "leaving the group", seconds=math.inf, until=until)
        except JobFailure as failure:
            self._report.warning(f"The coordinator does not know that this job is over: {failure}")

    def _request(self, call: Call, **keys: Any) -> Request:
        group = self.membership
        return Request(
            call=call,
            client=self.job_id,
            group=group.target_group,
            role=group.role,
            hostname=self._host,
            **keys,
        )


def named(call: Call) -> str:
    """The call as jobs and boards name it, for example ``lava-wait-all``."""
    return call.value.replace("_", "-")


def _by_number(member: tuple[str, str]) -> tuple[int, str]:
    """The order of jobs: by their numbers, others behind them."""
    job = member[0]
    return (int(job) if job.isascii() and job.isdigit() else 1 << 63, job)


def _by_sender(reply: Reply) -> dict[str, Values]:
    """What each sender said. Raises InfrastructureError where the reply does not say that."""
    message: object = reply.message if reply.message is not None else {}
    if not isinstance(message, dict):
        raise InfrastructureError("the coordinator's answer has no values by sender")
    found: dict[str, Values] = {}
    for sender, values in cast("dict[str, object]", message).items():
        said: object = {} if values is None else values
        if not isinstance(said, dict):
            raise InfrastructureError(f"the coordinator's answer has no values of job {sender}")
        found[sender] = cast("dict[str, Any]", said)
    return found
