"""What actions of a MultiNode job tell the others, or wait for, before they run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from pumice.definitions import multinode
from pumice.definitions.blocks import Block, as_list, as_map, seconds
from pumice.plan.actions import Action


def before(block: Block, action: Action) -> Action:
    """The block's plan, each of its actions with the calls that the block has for it.

    Calls for an action that the block does not have are never made, as in LAVA. Raises
    InvalidDocument.
    """
    protocols = as_map(block.data.get("protocols"))
    for name in protocols:
        if name != multinode.PROTOCOL:
            block.cannot(
                f"this version of Pumice does not run the protocol {name!r}", "protocols", name
            )
    wanted = as_list(protocols.get(multinode.PROTOCOL))
    if not wanted:
        return action
    if multinode.membership(block.subject.job) is None:
        raise block.wrong("only a job of a MultiNode group can call the others", "protocols")
    by_name: dict[str, list[dict[str, Any]]] = {}
    for number, entry in enumerate(wanted):
        call = as_map(entry)
        by_name.setdefault(str(call["action"]), []).append(_call(block, number, call))
    return _with_calls(action, by_name)


def _call(block: Block, number: int, call: Mapping[Any, Any]) -> dict[str, Any]:
    """One call as plain data. Raises InvalidDocument."""
    place = ("protocols", multinode.PROTOCOL, number)
    request = str(call["request"])
    needed = "expect_role" if request == multinode.START else "messageID"
    if not call.get(needed):
        raise block.wrong(f"{request} needs the key {needed!r}", *place)
    timeout = call.get("timeout")
    return {
        "request": request,
        "message_id": str(call.get("messageID") or ""),
        "message": dict(as_map(call.get("message"))),
        "role": str(call.get("role") or ""),
        "expect_role": str(call.get("expect_role") or ""),
        "timeout": seconds(timeout, (*block.path, *place, "timeout")) if timeout else 0,
    }


def _with_calls(action: Action, calls: Mapping[str, list[dict[str, Any]]]) -> Action:
    children = tuple(_with_calls(child, calls) for child in action.children)
    own = cast("list[Mapping[str, Any]]", calls.get(action.name, []))
    return replace(action, children=children, calls=tuple(own))
