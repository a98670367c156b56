"""Calls that an action makes before it runs: ``protocols: lava-multinode`` of a job's block."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pumice.definitions.blocks import as_list, as_map, at
from pumice.definitions.multinode import PROTOCOL, START
from pumice.dispatcher.errors import JobError
from pumice.dispatcher.multinode.group import Group
from pumice.dispatcher.step import Step
from pumice.wire.coordinator import Call

MOMENT = 0.3
"""A call ends so many seconds before what makes it, so that it gives the failure its name."""

_CALLS = {
    "lava-send": Call.SEND,
    "lava-sync": Call.SYNC,
    "lava-wait": Call.WAIT,
    "lava-wait-all": Call.WAIT_ALL,
}


async def make(step: Step) -> None:
    """Make the action's calls in their order, each once however often the action is attempted.

    Raises JobError where the coordinator refuses one or a message lacks a value,
    MultinodeTimeout, InfrastructureError.
    """
    group = of(step)
    for number, call in enumerate(step.action.calls):
        name = f"{step.action.level}/{number}"
        if name not in group.made:
            await _make(step, group, call)
            group.made.add(name)


def of(step: Step) -> Group:
    """The job's group. Raises JobError where it has none."""
    if step.job.group is None:
        raise JobError(f"{step.action.name} needs a MultiNode job: this job has no group")
    return step.job.group


async def _make(step: Step, group: Group, wanted: Mapping[str, Any]) -> None:
    seconds, until = float(wanted["timeout"]), step.deadline - MOMENT
    if wanted["request"] == START:
        await group.start(wanted["expect_role"], seconds, until)
        return
    call, message_id = _CALLS[wanted["request"]], str(wanted["message_id"])
    message: Mapping[str, Any] = wanted["message"]
    sends = call in (Call.SEND, Call.SYNC)
    sent = filled(message, group.known(), message_id) if sends else None
    answer = await group.call(
        call,
        message_id,
        message=sent if sent or call is Call.SEND else None,
        role=wanted["role"],
        seconds=seconds,
        until=until,
    )
    if answer.refused:
        raise JobError(f"the coordinator refused {wanted['request']} {message_id}")
    if not sends:
        group.keep(message_id, filled(message, answer.together, message_id))


def filled(
    message: Mapping[str, Any], values: Mapping[str, Any], message_id: str
) -> dict[str, Any]:
    """The message with the values that ``$NAME`` stands for. Raises JobError for an unknown one."""
    found: dict[str, Any] = {}
    for key, value in message.items():
        if isinstance(value, str) and value.startswith("$"):
            if value[1:] not in values:
                raise JobError(f"the message {message_id!r}: nothing is known of {value!r}")
            value = values[value[1:]]
        found[key] = value
    return found


def without_action(job: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    """The names of actions for which the job has calls, but which none of its actions has."""
    known = set(names)
    missing: dict[str, None] = {}
    for item in as_list(job.get("actions")):
        for block in as_map(item).values():
            for call in as_list(at(block, ("protocols", PROTOCOL))):
                name = str(as_map(call).get("action"))
                if name not in known:
                    missing[name] = None
    return list(missing)
