"""One group: what is known of it, and what is answered from that. Pure.

What is known is a set of facts, each with a key: who is a member, what each member has sent
under each message id, how often each has called each sync. :meth:`Group.decide` changes nothing:
it says what is answered and which facts are then true; :meth:`Group.apply` makes one true. A
group that is given the same facts, in any order, is the same group.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, cast

import orjson

from pumice.wire.coordinator import Call, Reply, Request, Response

MAX_MEMBERS = 1000
"""A group has at most as many members."""

MAX_BYTES = 4 << 20
"""The most bytes that a group's facts may have."""

_ROW = 64
"""What a fact takes beside its texts, roughly."""


class Kind(StrEnum):
    """What a fact is about."""

    MEMBER = "member"
    """``{"role": text, "left": bool}`` of a client."""

    MESSAGE = "message"
    """The map that a client has sent under a message id."""

    SYNC = "sync"
    """``{"round": int, "open": bool, "call": text}``: the last round of a sync in which a client
    takes part, whether it is still to be told of its end, and its call's id."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is true of a group until the next fact of the same key: kind, subject (the
    message id, empty for members) and client. ``value`` is never changed."""

    kind: Kind
    subject: str
    client: str
    value: Mapping[str, Any]

    @property
    def topic(self) -> tuple[Kind, str]:
        """What others may wait for."""
        return self.kind, self.subject


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is answered, and the facts that are then true."""

    reply: Reply
    facts: tuple[Fact, ...] = ()


_WAIT = Outcome(Reply(Response.WAIT))


@dataclass(slots=True)
class _Sync:
    """Members' parts in the rounds of a sync: a round is over when every member has called."""

    parts: dict[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    over: int = 0
    """The number of the last round that is over; 0 before the first."""


@dataclass(slots=True)
class Group:
    """One group, of ``size`` members when all have registered."""

    size: int
    members: dict[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    messages: dict[str, dict[str, Mapping[str, Any]]] = field(
        default_factory=dict[str, dict[str, Mapping[str, Any]]]
    )
    syncs: dict[str, _Sync] = field(default_factory=dict[str, _Sync])
    weights: dict[tuple[Kind, str, str], int] = field(
        default_factory=dict[tuple[Kind, str, str], int]
    )
    bytes: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether all members have registered."""
        return len(self.members) == self.size

    @property
    def is_over(self) -> bool:
        """Whether all members have registered and left."""
        return self.is_complete and all(member["left"] for member in self.members.values())

    def apply(self, fact: Fact) -> None:
        """Make a fact true."""
        key = (fact.kind, fact.subject, fact.client)
        self.bytes += _weight(fact) - self.weights.get(key, 0)
        self.weights[key] = _weight(fact)
        match fact.kind:
            case Kind.MEMBER:
                self.members[fact.client] = fact.value
            case Kind.MESSAGE:
                self.messages.setdefault(fact.subject, {})[fact.client] = fact.value
            case Kind.SYNC:
                sync = self.syncs.setdefault(fact.subject, _Sync())
                sync.parts[fact.client] = fact.value
                if len(sync.parts) == self.size:
                    sync.over = min(part["round"] for part in sync.parts.values())

    def decide(self, request: Request) -> Outcome:
        """What to answer; ``wait`` where others must act first."""
        if request.call is not Call.GROUP_DATA and request.client not in self.members:
            return _nack(
                f"job {request.client} is not registered in group {request.group}: "
                "send group_data first"
            )
        outcome = self._answer(request)
        keys = ((fact.kind, fact.subject, fact.client) for fact in outcome.facts)
        before = sum(self.weights.get(key, 0) for key in keys)
        growth = sum(map(_weight, outcome.facts)) - before
        if growth > 0 and self.bytes + growth > MAX_BYTES:
            return _nack(f"the group has {MAX_BYTES >> 20} MiB of messages: no more are kept")
        return outcome

    def _answer(self, request: Request) -> Outcome:
        match request.call:
            case Call.GROUP_DATA:
                return self._group_data(request)
            case Call.SEND:
                return self._send(request)
            case Call.WAIT:
                return self._wait(request)
            case Call.WAIT_ALL:
                return self._wait_all(request)
            case Call.SYNC:
                return self._sync(request)
            case Call.CLEAR_GROUP:
                return self._clear_group(request)
            case Call.AGGREGATE | Call.COMPLETE:
                # LAVA's dispatchers once sent these for results that servers no longer take.
                return Outcome(Reply(Response.ACK))

    def _group_data(self, request: Request) -> Outcome:
        if request.group_size and request.group_size != self.size:
            return _nack(f"the group has {self.size} jobs, not {request.group_size}")
        if not request.role:
            return _nack("role is missing")
        member = self.members.get(request.client)
        if member is None and self.is_complete:
            return _nack(f"the group has its {self.size} jobs: {request.client} is none of them")
        if member is not None and member["role"] != request.role:
            return _nack(f"job {request.client} has registered as {member['role']}")
        facts = ()
        if member is None or member["left"]:
            value = {"role": request.role, "left": False}
            facts = (Fact(Kind.MEMBER, "", request.client, value),)
        if len(self.members) + (member is None) < self.size:
            return Outcome(_WAIT.reply, facts)
        roles = {client: str(known["role"]) for client, known in self.members.items()}
        roles[request.client] = request.role
        return Outcome(Reply(Response.GROUP_DATA, None, roles), facts)

    def _send(self, request: Request) -> Outcome:
        message: object = request.message or {}
        if not isinstance(message, dict):
            return _nack("message must be a map of keys and values")
        said = self.messages.get(request.message_id, {}).get(request.client)
        value = {**(said or {}), **cast("dict[str, Any]", message)}
        if said is not None and said == value:
            return Outcome(Reply(Response.ACK))
        return Outcome(
            Reply(Response.ACK), (Fact(Kind.MESSAGE, request.message_id, request.client, value),)
        )

    def _wait(self, request: Request) -> Outcome:
        sent = self.messages.get(request.message_id)
        return Outcome(Reply(Response.ACK, dict(sent))) if sent else _WAIT

    def _wait_all(self, request: Request) -> Outcome:
        sent = self.messages.get(request.message_id, {})
        if not request.wait_role:
            if not sent:
                return _nack(f"nobody has sent {request.message_id!r} yet")
            return Outcome(Reply(Response.ACK, dict(sent))) if len(sent) == self.size else _WAIT
        if not self.is_complete:
            return _WAIT
        of_role = [
            client for client, known in self.members.items() if known["role"] == request.wait_role
        ]
        if not of_role:
            return _nack(f"no job of the group has the role {request.wait_role!r}")
        if not all(client in sent for client in of_role):
            return _WAIT
        return Outcome(Reply(Response.ACK, {client: sent[client] for client in of_role}))

    def _sync(self, request: Request) -> Outcome:
        sync = self.syncs.get(request.message_id, _Sync())
        part = sync.parts.get(request.client)
        number = _round(sync, part, request.call_id)
        called = sum(other["round"] > sync.over for other in sync.parts.values())
        newly = part is None or part["round"] < number
        over = number <= sync.over or called + newly == self.size
        value = {"round": number, "open": not over, "call": request.call_id}
        facts = ()
        if value != part:
            facts = (Fact(Kind.SYNC, request.message_id, request.client, value),)
        if not over:
            return Outcome(_WAIT.reply, facts)
        return Outcome(Reply(Response.ACK, request.message or request.message_id), facts)

    def _clear_group(self, request: Request) -> Outcome:
        member = self.members[request.client]
        if member["left"]:
            return Outcome(Reply(Response.ACK))
        return Outcome(
            Reply(Response.ACK),
            (Fact(Kind.MEMBER, "", request.client, {**member, "left": True}),),
        )


def topic(request: Request) -> tuple[Kind, str]:
    """The topic of the facts that may fulfil a request that must wait."""
    kinds = {Call.GROUP_DATA: Kind.MEMBER, Call.SYNC: Kind.SYNC}
    kind = kinds.get(request.call, Kind.MESSAGE)
    return kind, "" if kind is Kind.MEMBER else request.message_id


def _round(sync: _Sync, part: Mapping[str, Any] | None, call_id: str) -> int:
    """The round that a call belongs to: that of the client's last call, or the next."""
    if part is None:
        return sync.over + 1
    if call_id and part["call"]:
        # A client that gave up waiting still counts in the round that it began.
        again = call_id == part["call"] or part["round"] > sync.over
    else:
        again = bool(part["open"])
    return int(part["round"]) if again else sync.over + 1


def _weight(fact: Fact) -> int:
    return _ROW + len(fact.subject) + len(fact.client) + len(orjson.dumps(fact.value))


def _nack(reason: str) -> Outcome:
    return Outcome(Reply.nack(reason))
