"""Every method, called by everybody, with right, wrong and missing arguments.

The table is ``every_method.txt``: what each caller gets, a result (``ok``) or a fault's code.
"""

from __future__ import annotations

import json
import xmlrpc.client
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import transaction

from pumice.server.accounts import artifacts
from pumice.server.api.xmlrpc import registry
from pumice.server.ingest.append import append
from pumice.server.jobs.models import Document, Job
from pumice.server.lab.models import Alias, Device, Tag
from pumice.server.lifecycle.finish import finish
from pumice.server.lifecycle.reserve import reserve
from pumice.server.lifecycle.start import start
from pumice.server.reports import saving
from pumice.server.reports.conditions import parse
from pumice.server.reports.fields import Table
from pumice.server.reports.saving import Wanted

if TYPE_CHECKING:
    from .conftest import Rpc

TABLE = Path(__file__).with_name("every_method.txt")
CALLERS = ("nobody", "bob", "alice", "staff", "admin")


@dataclass(frozen=True)
class Row:
    method: str
    arguments: list[Any]
    shape: str
    outcomes: dict[str, str]
    wrong: list[Any] | None
    fault: int


def _row(line: str) -> Row:
    method, arguments, shape, *outcomes, wrong, fault = (cell.strip() for cell in line.split(" | "))
    return Row(
        method,
        json.loads(arguments),
        shape,
        dict(zip(CALLERS, outcomes, strict=True)),
        json.loads(wrong) if wrong != "-" else None,
        int(fault) if fault != "-" else 0,
    )


ROWS = [_row(line) for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]


@dataclass
class World:
    rpc: Rpc
    people: dict[str, User | None]
    names: dict[str, Any]

    def call(self, caller: str, method: str, arguments: list[Any]) -> Any:
        """What the caller gets: a result, or the code of a fault. Nothing that is done stays."""
        try:
            with transaction.atomic():
                result = self.rpc(method, *map(self._filled, arguments), user=self.people[caller])
                transaction.set_rollback(True)
        except xmlrpc.client.Fault as fault:
            return fault
        return result

    def _filled(self, argument: Any) -> Any:
        if isinstance(argument, list):
            return [self._filled(item) for item in argument]
        if isinstance(argument, dict):
            return {key: self._filled(value) for key, value in argument.items()}
        return self.names.get(argument, argument) if isinstance(argument, str) else argument


@pytest.fixture
def world(
    rpc: Rpc, alice: User, bob: User, admin: User, tested: Job, smoke: str
) -> Iterator[World]:
    """Alice's finished job with results, that others may not see; a job of hers that waits, her
    query, and a lab with files."""
    staff = User.objects.create_user("staff", "staff@example.com", is_staff=True)
    testers = Group.objects.create(name="testers")
    Device.objects.get(pk="qemu-01").tags.add(Tag.objects.create(name="usb"))
    Alias.objects.create(name="old-qemu", device_type_id="qemu")
    bob.groups.add(testers)
    for user in (alice, bob, staff, admin):
        rpc.header_of(user)  # makes a token, to stay
        artifacts.add(user, "server", "token-of-the-server")
    reserve([(tested.pk, "qemu-01")])
    start(tested.pk)
    Document.objects.create(job=tested, name="job.yaml", text="job")
    append(tested.pk, 0, [b'{"dt": "t", "lvl": "target", "msg": "a"}'])
    finish(tested.pk, passed=True)
    tested.viewing_groups.add(Group.objects.create(name="owners"))
    waiting = rpc("scheduler.jobs.submit", smoke, user=alice)
    saving.add(
        alice, Wanted("mine", Table.JOB, tuple(parse(Table.JOB, "state__Finished")), live=False)
    )
    rpc("results.refresh_query", "mine", user=alice)
    files = [
        Path(settings.DISPATCHER_CONFIG_PATH) / "worker-1" / name
        for name in ("dispatcher.yaml", "env.yaml", "env-dut.yaml")
    ]
    files.append(Path(settings.HEALTH_CHECKS_PATH) / "qemu.yaml")
    files.append(Path(settings.DEVICE_TYPES_PATHS[0]) / "qemu.jinja2")
    for path in files:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}\n")
    people: dict[str, User | None] = {
        "nobody": None, "bob": bob, "alice": alice, "staff": staff, "admin": admin
    }  # fmt: skip
    names = {"$job": tested.pk, "$waiting": waiting, "$definition": smoke}
    yield World(rpc, people, names)
    for path in files:
        path.unlink(missing_ok=True)


def shape_of(value: Any) -> str:
    """The type of a result, and of what it holds: ``[{id, name}]`` is a list of structs."""
    if isinstance(value, dict):
        names = sorted(value)
        return "{" + ", ".join("<n>" if name.isdigit() else name for name in names) + "}"
    if isinstance(value, list):
        return f"[{shape_of(value[0])}]" if value else "[]"
    return type(value).__name__


def test_the_table_names_every_method_once() -> None:
    assert [row.method for row in ROWS] == [method.full_name for method in registry.listed()]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.method)
def test_everybody_gets_what_the_table_says(world: World, row: Row) -> None:
    result: Any = None
    for caller, expected in row.outcomes.items():
        result = world.call(caller, row.method, row.arguments)
        if isinstance(result, xmlrpc.client.Fault):
            assert expected == str(result.faultCode), f"{caller}: {result}"
            assert "Traceback" not in result.faultString
        else:
            assert (caller, expected) == (caller, "ok")
    assert shape_of(result) == row.shape
    if row.wrong is not None:
        fault = world.call("admin", row.method, row.wrong)
        assert isinstance(fault, xmlrpc.client.Fault), fault
        assert fault.faultCode == row.fault, fault


@pytest.mark.parametrize("method", registry.listed(), ids=lambda method: method.full_name)
def test_too_few_and_too_many_arguments_are_a_fault(
    rpc: Rpc, admin: User, method: registry.Method
) -> None:
    signature = method.signature
    counts = {signature.required - 1, len(signature.parameters) + 1} - {-1}
    for count in counts:
        code, text = rpc.fault(method.full_name, *["x"] * count, user=admin)
        assert code == -32603
        assert f"{count} given" in text
