"""Scripts written with Python's xmlrpc.client, with and without allow_none."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING
from xmlrpc.client import MultiCall, ServerProxy

import pytest

if TYPE_CHECKING:
    from .conftest import Server


@pytest.mark.parametrize("allow_none", [False, True])
def test_a_script_submits_follows_and_cancels_a_job(
    server: Server, definition: str, allow_none: bool
) -> None:
    with ServerProxy(server.rpc, allow_none=allow_none, use_builtin_types=True) as proxy:
        number = proxy.scheduler.submit_job(definition)
        assert isinstance(number, int)
        assert proxy.scheduler.job_health(number)["job_health"] == "Unknown"
        details = proxy.scheduler.job_details(number)
        assert isinstance(details, dict)
        assert isinstance(details["submit_time"], datetime.datetime)
        assert number in [row[0] for row in proxy.scheduler.all_jobs()]  # pyright: ignore
        assert proxy.scheduler.cancel_job(number) is True
        assert proxy.scheduler.job_state(number)["job_state"] in ("Finished", "Canceling")
        assert isinstance(proxy.results.get_testjob_results_yaml(number), str)


def test_several_calls_are_made_at_once(server: Server) -> None:
    with ServerProxy(server.rpc.replace("/RPC2", "//RPC2")) as proxy:
        calls = MultiCall(proxy)
        calls.system.whoami()
        calls.system.api_version()
        assert tuple(calls()) == ("alice", 2)
