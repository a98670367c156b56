"""Whatever jobs ask, in whatever order: a group answers by its rules, and so does its copy."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from pumice.coordinator.group import Fact
from pumice.coordinator.groups import Groups, Key
from pumice.wire.coordinator import Call, Reply, Request, Response

SIZE = 3
ROLES = {"1": "server", "2": "client", "3": "client", "4": "late"}
CLIENTS = st.sampled_from(sorted(ROLES))
IDS = st.sampled_from(["a", "b"])
MESSAGES = st.dictionaries(st.sampled_from("kl"), st.sampled_from("xy"))
WAIT, ACK = Reply(Response.WAIT), Reply(Response.ACK)


class AGroup(RuleBasedStateMachine):
    """One group of three, for which four jobs ask, beside the plainest account of its rules."""

    def __init__(self) -> None:
        super().__init__()
        self.groups = Groups(retention=10.0)
        self.sizes: dict[str, tuple[int, float]] = {}
        self.facts: dict[Key, Any] = {}
        self.members: list[str] = []
        self.left: set[str] = set()
        self.sent: dict[str, dict[str, dict[str, str]]] = {}
        self.waiting: dict[str, set[str]] = {}
        self.owed: dict[str, set[str]] = {}

    def ask(self, call: Call, client: str, **fields: Any) -> Reply:
        """The reply, which a copy made from the journal's rows gives too."""
        request = Request(call=call, client=client, group="g", role=ROLES[client], **fields)
        copy = Groups(retention=10.0)
        copy.restore(self.sizes, ((key[0], Fact(*key[1:], v)) for key, v in self.facts.items()))
        reply, _ = self.groups.answer(request, 1.0)
        assert copy.answer(request, 1.0)[0] == reply
        changes = self.groups.take_changes()
        for name in changes.dropped:
            self.sizes.pop(name, None)
            self.facts = {key: value for key, value in self.facts.items() if key[0] != name}
        self.sizes |= changes.groups
        self.facts |= changes.facts
        return reply

    def is_member(self, reply: Reply, client: str) -> bool:
        """Whether the client is one; strangers must have been refused."""
        if client not in self.members:
            assert reply.response is Response.NACK
        return client in self.members

    @initialize(some=st.sampled_from([["1", "2", "3"], ["4"], []]))
    def begin(self, some: list[str]) -> None:
        for client in some:
            self.register(client)

    @rule(client=CLIENTS)
    def register(self, client: str) -> None:
        reply = self.ask(Call.GROUP_DATA, client, group_size=SIZE)
        if client not in self.members:
            if len(self.members) == SIZE:
                assert reply.response is Response.NACK
                return
            self.members.append(client)
        self.left.discard(client)
        roles = {member: ROLES[member] for member in self.members}
        complete = len(self.members) == SIZE
        assert reply == (Reply(Response.GROUP_DATA, None, roles) if complete else WAIT)

    @rule(client=CLIENTS, name=IDS, message=MESSAGES)
    def send(self, client: str, name: str, message: dict[str, str]) -> None:
        reply = self.ask(Call.SEND, client, message_id=name, message=message)
        if self.is_member(reply, client):
            assert reply == ACK
            self.sent.setdefault(name, {}).setdefault(client, {}).update(message)

    @rule(client=CLIENTS, name=IDS)
    def wait(self, client: str, name: str) -> None:
        reply = self.ask(Call.WAIT, client, message_id=name)
        if self.is_member(reply, client):
            sent = self.sent.get(name)
            assert reply == (Reply(Response.ACK, sent) if sent else WAIT)

    @rule(client=CLIENTS, name=IDS)
    def wait_for_all(self, client: str, name: str) -> None:
        reply = self.ask(Call.WAIT_ALL, client, message_id=name)
        if not self.is_member(reply, client):
            return
        sent = self.sent.get(name, {})
        if not sent:
            assert reply.response is Response.NACK
        else:
            assert reply == (Reply(Response.ACK, sent) if len(sent) == SIZE else WAIT)

    @rule(client=CLIENTS, name=IDS, role=st.sampled_from([*ROLES.values(), "unknown"]))
    def wait_for_a_role(self, client: str, name: str, role: str) -> None:
        reply = self.ask(Call.WAIT_ALL, client, message_id=name, wait_role=role)
        if not self.is_member(reply, client):
            return
        wanted = {member for member in self.members if ROLES[member] == role}
        sent = {who: said for who, said in self.sent.get(name, {}).items() if who in wanted}
        if len(self.members) < SIZE:
            assert reply == WAIT
        elif not wanted:
            assert reply.response is Response.NACK
        else:
            assert reply == (Reply(Response.ACK, sent) if len(sent) == len(wanted) else WAIT)

    @rule(client=CLIENTS, name=IDS, message=st.none() | MESSAGES)
    def sync(self, client: str, name: str, message: dict[str, str] | None) -> None:
        reply = self.ask(Call.SYNC, client, message_id=name, message=message)
        if not self.is_member(reply, client):
            return
        waiting = self.waiting.setdefault(name, set())
        owed = self.owed.setdefault(name, set())
        if client in owed:
            owed.remove(client)
            expected = Reply(Response.ACK, message or name)
        else:
            waiting.add(client)
            expected = WAIT
            if len(waiting) == SIZE:
                owed |= waiting - {client}
                waiting.clear()
                expected = Reply(Response.ACK, message or name)
        assert reply == expected

    @rule(order=st.permutations(["1", "2", "3"]), name=IDS)
    def all_sync(self, order: list[str], name: str) -> None:
        for client in order:
            self.sync(client, name, None)

    @rule(client=CLIENTS, name=IDS)
    def poll_sync(self, client: str, name: str) -> None:
        for _ in range(3):
            self.sync(client, name, None)

    @rule(client=CLIENTS)
    def leave(self, client: str) -> None:
        existed = bool(self.members)
        reply = self.ask(Call.CLEAR_GROUP, client, group_size=SIZE)
        if not existed:
            assert reply == ACK
        elif self.is_member(reply, client):
            assert reply == ACK
            self.left.add(client)
            if len(self.left) == SIZE:
                assert self.groups.names == set()
                assert self.facts == {}
                self.members, self.left, self.sent, self.waiting, self.owed = [], set(), {}, {}, {}


AGroup.TestCase.settings = settings(deadline=None, max_examples=80, stateful_step_count=30)
TestAGroup = AGroup.TestCase
