"""Names of methods that are none: private ones, with odd dots, of Python's own attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User

if TYPE_CHECKING:
    from .conftest import Rpc

NAMES = [
    "system.__init__", "system.__class__", "__class__", "scheduler._x", "_scheduler.jobs.show",
    "scheduler.jobs.__globals__", "scheduler", "scheduler.jobs", ".", "..", ".system.version",
    "system.version.", "system..version", "system.version.__call__", "System.Version", "SYSTEM",
    "system/version", "system version", "systém.versión", "scheduler.jobs.show()", "0", "None",
    "system.multicall.system.version", "scheduler.get_pipeline_device_config", "x" * 100_000,
    "system.get_master_certificate", "scheduler.jobs.logs_count", "' OR 1=1 --",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name[:40])
def test_there_is_no_such_method(rpc: Rpc, admin: User, name: str) -> None:
    assert rpc.fault(name, user=admin) == (-32601, f"No such method: '{name}'")


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name[:40])
def test_nor_is_there_within_a_multicall(rpc: Rpc, admin: User, name: str) -> None:
    (entry,) = rpc("system.multicall", [{"methodName": name, "params": []}], user=admin)
    assert entry["faultCode"] == -32601


def test_close_answers_nothing(rpc: Rpc) -> None:
    assert rpc("close") is None


def test_calls_within_calls_are_counted(rpc: Rpc, admin: User) -> None:
    calls = [{"methodName": "close", "params": []}] * 40
    calls = [{"methodName": "system.multicall", "params": [calls]}] * 24
    assert len(rpc("system.multicall", calls, user=admin)) == 24
    assert rpc.fault("system.multicall", [*calls, calls[0]], user=admin)[0] == -32602
