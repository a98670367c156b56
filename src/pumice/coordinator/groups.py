"""All groups: which there are, which end, and what of them is still to be written. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pumice.coordinator.group import MAX_MEMBERS, Fact, Group, Kind
from pumice.wire.coordinator import Call, Reply, Request, Response

MAX_BYTES = 128 << 20
"""The most bytes that all groups together may have."""

MAX_NAME = 200
"""The most letters of a group's name, of a job's and of a role's."""

_GROUP_BYTES = 1024
"""What a group takes beside its facts, roughly."""

_TOUCH_SECONDS = 3600.0
"""How old the time may be that the journal has for a group's last request."""

Key = tuple[str, Kind, str, str]
"""Group, kind, subject, client."""


@dataclass(slots=True)
class Changes:
    """What the journal lacks: groups that ended, then groups with size and time of their last
    request (seconds since 1970), then facts."""

    dropped: set[str] = field(default_factory=set[str])
    groups: dict[str, tuple[int, float]] = field(default_factory=dict[str, tuple[int, float]])
    facts: dict[Key, Mapping[str, Any]] = field(default_factory=dict[Key, Mapping[str, Any]])

    def __bool__(self) -> bool:
        return bool(self.dropped or self.groups or self.facts)


class Groups:
    """The groups of one coordinator. Not to be used from several threads."""

    def __init__(self, retention: float) -> None:
        """``retention``: the seconds after which a group without requests is forgotten."""
        self._retention = retention
        self._groups: dict[str, Group] = {}
        self._used: dict[str, float] = {}
        self._written: dict[str, float] = {}
        self._changes = Changes()
        self._bytes = 0

    @property
    def names(self) -> frozenset[str]:
        """The names of all groups."""
        return frozenset(self._groups)

    def restore(
        self, groups: Mapping[str, tuple[int, float]], facts: Iterable[tuple[str, Fact]]
    ) -> None:
        """Take over what a journal holds: sizes and times by name, facts by group."""
        for name, (size, used) in groups.items():
            self._add(name, size, used)
            self._written[name] = used
        for name, fact in facts:
            group = self._groups[name]
            self._bytes -= group.bytes
            group.apply(fact)
            self._bytes += group.bytes

    def answer(self, request: Request, now: float) -> tuple[Reply, frozenset[tuple[Kind, str]]]:
        """The reply, and the topics of the request's group on which something has changed.

        ``now`` is in seconds since 1970. What changed is in :meth:`take_changes` too.
        """
        if max(map(len, (request.group, request.client, request.role))) > MAX_NAME:
            long = f"group_name, client_name and role have at most {MAX_NAME} letters"
            return Reply.nack(long), frozenset()
        group = self._groups.get(request.group)
        if group is None:
            made = self._first(request, now)
            if isinstance(made, Reply):
                return made, frozenset()
            group = made
        outcome = group.decide(request)
        self._touch(request.group, group, now)
        if outcome.facts and self._bytes > MAX_BYTES and request.call is Call.SEND:
            return Reply.nack("the coordinator's groups have too many messages"), frozenset()
        self._bytes -= group.bytes
        for fact in outcome.facts:
            group.apply(fact)
            key = (request.group, fact.kind, fact.subject, fact.client)
            self._changes.facts[key] = fact.value
        self._bytes += group.bytes
        topics = frozenset(fact.topic for fact in outcome.facts)
        if group.is_over or not group.members:
            self._drop(request.group)
        return outcome.reply, topics

    def expire(self, now: float) -> list[str]:
        """Forget the groups that have had no request for the time of retention; their names."""
        old = [name for name, used in self._used.items() if used + self._retention < now]
        for name in old:
            self._drop(name)
        return old

    def take_changes(self) -> Changes:
        """What has changed since the last call; it is the caller's to keep."""
        taken, self._changes = self._changes, Changes()
        return taken

    def _first(self, request: Request, now: float) -> Group | Reply:
        """Begin the group of this request, where it may begin one."""
        if request.call is Call.CLEAR_GROUP:
            # It has ended; whoever asks again has not heard so.
            return Reply(Response.ACK)
        if request.call is not Call.GROUP_DATA:
            return Reply.nack(f"there is no group {request.group}: send group_data")
        if not 1 <= request.group_size <= MAX_MEMBERS:
            return Reply.nack(f"group_size must be a number from 1 to {MAX_MEMBERS}")
        if self._bytes > MAX_BYTES:
            return Reply.nack("the coordinator has too many groups")
        return self._add(request.group, request.group_size, now)

    def _add(self, name: str, size: int, now: float) -> Group:
        group = self._groups[name] = Group(size)
        self._used[name] = now
        self._bytes += _GROUP_BYTES
        return group

    def _touch(self, name: str, group: Group, now: float) -> None:
        self._used[name] = now
        written = self._written.get(name)
        if written is None or written + _TOUCH_SECONDS < now:
            self._written[name] = now
            self._changes.groups[name] = (group.size, now)

    def _drop(self, name: str) -> None:
        group = self._groups.pop(name)
        self._bytes -= group.bytes + _GROUP_BYTES
        del self._used[name]
        self._written.pop(name, None)
        changes = self._changes
        changes.groups.pop(name, None)
        changes.facts = {key: value for key, value in changes.facts.items() if key[0] != name}
        changes.dropped.add(name)
