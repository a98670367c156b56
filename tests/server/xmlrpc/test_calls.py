"""Names, numbers and types of arguments; and what happens when a method fails."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError

from pumice.server.jobs import queries

if TYPE_CHECKING:
    from .conftest import Rpc

INTERNAL = "Internal Server Error (contact server administrator for details): "


@pytest.mark.parametrize(
    "name",
    [
        "nothing",
        "system.nothing",
        "system",
        "_private",
        "system._private",
        "scheduler.jobs.__class__",
        "scheduler.jobs._viewable",
        "scheduler..jobs",
        ".",
        "__init__",
        "jobs.show",
        "system.version.x",
    ],
)
def test_an_unknown_or_private_name_is_no_method(rpc: Rpc, name: str) -> None:
    assert rpc.fault(name) == (-32601, f"No such method: '{name}'")


def test_close_is_answered_with_nil(rpc: Rpc) -> None:
    assert rpc("close") is None


@pytest.mark.parametrize(
    ("name", "arguments", "text"),
    [
        ("system.version", (1,), "version() takes 0 arguments, 1 given"),
        ("system.methodHelp", (), "methodHelp() takes 1 argument, 0 given"),
        ("scheduler.jobs.validate", (), "validate() takes 1 to 2 arguments, 0 given"),
        ("scheduler.jobs.validate", ("", False, 3), "validate() takes 1 to 2 arguments, 3 given"),
        ("scheduler.jobs.validate", (1,), "definition must be str, not int"),
        ("scheduler.jobs.validate", (b"a",), "definition must be str, not base64"),
        ("scheduler.jobs.validate", (None,), "definition must be str, not nil"),
        ("scheduler.jobs.list", (None, None, "0"), "start must be int, not str"),
        ("scheduler.jobs.list", (None, None, 0, 2.5), "limit must be int, not double"),
        ("scheduler.jobs.list", (None, None, 0, -1), "limit must not be negative"),
        ("scheduler.jobs.queue", ({"a": 1},), "device_types must be array|nil, not struct"),
    ],
)
def test_arguments_that_do_not_fit_are_a_fault(
    rpc: Rpc, name: str, arguments: tuple[object, ...], text: str
) -> None:
    assert rpc.fault(name, *arguments) == (-32603, INTERNAL + text)


def test_an_int_beyond_64_bits_is_a_fault(rpc: Rpc) -> None:
    body = (
        "<methodCall><methodName>scheduler.jobs.list</methodName><params>"
        "<param><value><nil/></value></param><param><value><nil/></value></param>"
        f"<param><value><i8>{2**70}</i8></value></param></params></methodCall>"
    )
    (entry,) = rpc("system.multicall", [{"methodName": "system.version", "params": []}])
    assert entry == ["2026.07"]
    with pytest.raises(Exception, match="start must be int, not one of more than 64 bits"):
        rpc.post(body.encode())


def test_an_int_of_64_bits_is_no_error(rpc: Rpc) -> None:
    body = (
        "<methodCall><methodName>scheduler.jobs.list</methodName><params>"
        "<param><value><nil/></value></param><param><value><nil/></value></param>"
        f"<param><value><i8>{2**62}</i8></value></param>"
        f"<param><value><i8>{2**62}</i8></value></param>"
        f"<param><value><i8>{2**62}</i8></value></param></params></methodCall>"
    )
    assert rpc.post(body.encode()) == []


def test_a_failure_is_a_fault_with_its_text_and_stands_in_the_log(
    rpc: Rpc, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(queries, "shown", fail)
    with caplog.at_level(logging.ERROR, "pumice.xmlrpc"):
        assert rpc.fault("scheduler.jobs.show", 1) == (-32603, INTERNAL + "the disk is full")
    (record,) = caplog.records
    assert (record.message, vars(record)["method"]) == ("call failed", "scheduler.jobs.show")


def test_an_error_of_the_database_does_not_show_its_text(
    rpc: Rpc, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OperationalError("connection to 10.0.0.1 as pumice failed")

    monkeypatch.setattr(queries, "shown", fail)
    code, text = rpc.fault("scheduler.jobs.show", 1)
    assert (code, "10.0.0.1" in text) == (-32603, False)


def test_a_call_that_needs_a_user_says_so(rpc: Rpc) -> None:
    text = "Authentication with user and token required for this API."
    for name in ("scheduler.jobs.submit", "scheduler.jobs.cancel"):
        assert rpc.fault(name, "x") == (401, text)
    assert rpc.fault("results.get_testjob_results_yaml", 1) == (401, text)


def test_nil_stands_for_a_default(rpc: Rpc, alice: User) -> None:
    assert rpc("scheduler.jobs.list", None, None, None, None, None, None, None, user=alice) == []
    assert rpc("scheduler.jobs.queue", None, None, None, user=alice) == []
    assert rpc("scheduler.devices.list", None, None) == []
    assert rpc("scheduler.device_types.list", None) == []
    assert rpc("scheduler.workers.list", None) == []
