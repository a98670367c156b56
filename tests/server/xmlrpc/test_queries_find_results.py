"""results: custom queries and saved ones, their rows, and the faults with LAVA's codes."""

from __future__ import annotations

import xmlrpc.client
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from django.contrib.auth.models import Group, User
from django.utils import timezone

from pumice.server.accounts import tokens
from pumice.server.accounts.models import Scope
from pumice.server.jobs.models import Job
from pumice.server.reports import queries, saving
from pumice.server.reports.conditions import parse
from pumice.server.reports.fields import Table
from pumice.server.reports.models import Query
from pumice.server.reports.saving import Wanted
from pumice.server.results.models import Case, Suite

if TYPE_CHECKING:
    from .conftest import Rpc

ASK, RUN, REFRESH = "results.make_custom_query", "results.run_query", "results.refresh_query"
SAVED = {"adding": False, "db": "default"}


def save(owner: User, name: str, text: str = "", **more: Any) -> Query:
    return saving.add(owner, Wanted(name, Table.JOB, tuple(parse(Table.JOB, text)), **more))


def test_jobs_are_found_with_all_columns(rpc: Rpc, tested: Job, alice: User) -> None:
    Job.objects.filter(pk=tested.pk).update(metadata={"purpose": "test"})
    (row,) = rpc(ASK, "testjob", "submitter__alice,state__exact__Submitted", user=alice)
    assert isinstance(row.pop("submit_time"), datetime)
    assert row.pop("definition")
    assert row.pop("original_definition").startswith("job_name: smoke")
    assert row == {
        "id": tested.pk,
        "sub_id": "",
        "target_group": None,
        "is_public": True,
        "is_pipeline": True,
        "submitter_id": alice.pk,
        "description": "smoke",
        "health_check": False,
        "requested_device_type_id": "qemu",
        "requested_device_id": None,
        "requested_worker_id": None,
        "actual_device_id": None,
        "start_time": None,
        "end_time": None,
        "state": 0,
        "health": 0,
        "priority": 50,
        "multinode_definition": "",
        "pipeline_compatibility": 0,
        "queue_timeout": None,
        "failure_comment": None,
        "metadata": {"purpose": "test"},
        "testjob_ptr_id": tested.pk,
        "_old_state": 0,
        "_old_health": 0,
        "_state": SAVED,
    }


def test_suites_and_cases_are_found(rpc: Rpc, tested: Job, alice: User) -> None:
    lava, smoke = Suite.objects.order_by("id")
    assert rpc(ASK, "testsuite", "", user=alice) == [
        {
            "id": suite.pk,
            "job_id": tested.pk,
            "name": suite.name,
            "testsuite_ptr_id": suite.pk,
            "_state": SAVED,
        }
        for suite in (smoke, lava)
    ]
    case = Case.objects.get(name="speed")
    (row,) = rpc(ASK, "testcase", "name__speed", user=alice)
    assert yaml.safe_load(row.pop("metadata"))["level"] == "1.1"
    assert row == {
        "id": case.pk,
        "name": "speed",
        "units": "MB/s",
        "result": 0,
        "measurement": "1.5000000000",
        "suite_id": smoke.pk,
        "start_log_line": 0,
        "end_log_line": 12,
        "test_set_id": None,
        "logged": datetime(2026, 1, 2, 3, 4, 5),
        "testcase_ptr_id": case.pk,
        "_state": SAVED,
    }


def test_the_newest_come_first_up_to_the_limit(rpc: Rpc, tested: Job, alice: User) -> None:
    def names(*limit: object) -> list[str]:
        return [row["name"] for row in rpc(ASK, "testcase", "", *limit, user=alice)]

    assert names() == names(None) == names(500_000) == ["job", "42", "speed"]
    assert names(2) == ["job", "42"]
    assert names(0) == []


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (("device", "name__x"), 400, "Wrong table name in entity parameter."),
        (("namedtestattribute", "k__x"), 400, "Wrong table name in entity parameter."),
        ((7, "name__x"), 400, "Wrong table name in entity parameter."),
        (("testjob", "password__x"), 400, "Conditions URL incorrect: Field does not exist."),
        (("testjob", "submitter"), -32603, "write field__value"),
        (("testjob", "device__name__exact__x"), -32603, "no operator 'name'"),
        (("testjob", "id__gt__x"), -32603, "no number"),
        (("testjob", None), -32603, "conditions must be str"),
        (("testjob", "id__1", -1), -32603, "limit must not be negative"),
        (("testjob", "id__1", "1"), -32603, "limit must be int"),
        (("testjob",), -32603, "takes 2 to 3 arguments"),
    ],
)
def test_what_cannot_be_asked_is_a_fault(
    rpc: Rpc, alice: User, arguments: tuple[Any, ...], code: int, text: str
) -> None:
    found, said = rpc.fault(ASK, *arguments, user=alice)
    assert found == code
    assert text in said


def test_an_answer_that_grows_too_large_is_refused(
    rpc: Rpc, tested: Job, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MAX_SIZE", 1_000)
    code, text = rpc.fault(ASK, "testjob", "", user=alice)
    assert code == -32603
    assert "more than 1000 characters" in text
    assert len(rpc(ASK, "testsuite", "", user=alice)) == 2


def test_a_saved_query_is_run_by_those_who_may(
    rpc: Rpc, tested: Job, alice: User, bob: User, admin: User
) -> None:
    save(alice, "waiting", "state__exact__Submitted", published=True)
    found = rpc(RUN, "waiting", user=alice)
    assert found == rpc(ASK, "testjob", "state__exact__Submitted", user=alice)
    assert [row["id"] for row in found] == [tested.pk]
    assert rpc(RUN, "waiting", 5, "alice", user=admin) == found
    assert rpc(RUN, "waiting", 0, user=alice) == []
    denied = (403, "Permission denied for user to query waiting")
    assert rpc.fault(RUN, "waiting", None, "alice", user=bob) == denied
    team = Group.objects.create(name="team")
    bob.groups.add(team)
    Query.objects.update(group=team)
    assert rpc(RUN, "waiting", 200, "alice", user=bob) == found
    Job.objects.update(is_public=False)
    assert rpc(RUN, "waiting", 200, "alice", user=bob) == []


def test_a_query_that_is_not_there_is_a_fault(rpc: Rpc, alice: User, bob: User) -> None:
    save(bob, "waiting")
    mine = "Query with name waiting owned by user alice does not exist."
    assert rpc.fault(RUN, "waiting", user=alice) == (404, mine)
    assert rpc.fault(REFRESH, "waiting", user=alice) == (400, mine)
    nobodys = "Query with name waiting owned by user zoe does not exist."
    assert rpc.fault(RUN, "waiting", 10, "zoe", user=alice) == (404, nobodys)
    assert rpc.fault(REFRESH, "waiting", "zoe", user=alice) == (400, nobodys)


def test_a_cached_query_is_refreshed(rpc: Rpc, tested: Job, alice: User, bob: User) -> None:
    save(alice, "waiting", "state__exact__Submitted", live=False)
    code, text = rpc.fault(RUN, "waiting", user=alice)
    assert code == -32603
    assert "refresh it first" in text
    assert rpc(REFRESH, "waiting", None, user=alice) is None
    assert [row["id"] for row in rpc(RUN, "waiting", user=alice)] == [tested.pk]
    denied = (401, "Permission denied for user to query waiting")
    assert rpc.fault(REFRESH, "waiting", "alice", user=bob) == denied
    Query.objects.update(refreshing_since=timezone.now())
    assert rpc.fault(REFRESH, "waiting", user=alice) == (
        400,
        "Query waiting was recently refreshed.",
    )
    Query.objects.update(live=True)
    assert rpc.fault(REFRESH, "waiting", user=alice) == (
        400,
        "Query waiting cannot be refreshed since it's a live query.",
    )


def test_superusers_refresh_all(rpc: Rpc, tested: Job, alice: User, admin: User) -> None:
    save(alice, "waiting", "state__exact__Submitted", live=False)
    save(alice, "live")
    everything = "results.refresh_all_queries"
    assert rpc.fault(everything, user=alice) == (
        401,
        "Permission denied for user alice. Must be a superuser to refresh all queries.",
    )
    assert rpc(everything, user=admin) is None
    assert [row["id"] for row in rpc(RUN, "waiting", user=alice)] == [tested.pk]


@pytest.mark.parametrize(
    ("method", "arguments"),
    [(ASK, ("testjob", "")), (RUN, ("x",)), (REFRESH, ("x",)), ("results.refresh_all_queries", ())],
)
def test_a_user_and_a_token_are_needed(rpc: Rpc, method: str, arguments: tuple[Any, ...]) -> None:
    assert rpc.fault(method, *arguments) == (
        401,
        "Authentication with user and token required for this API.",
    )


def test_a_token_to_read_asks_and_does_not_refresh(
    rpc: Rpc, tested: Job, alice: User, basic: Callable[[str, str], str]
) -> None:
    save(alice, "waiting", live=False)
    _, secret = tokens.create(alice, "reads", scope=Scope.READ)
    header = {"HTTP_AUTHORIZATION": basic("alice", secret)}
    for method, arguments, word in (
        (ASK, ("testsuite", ""), b"0_smoke"),
        (REFRESH, ("waiting",), b"scope"),
    ):
        body = xmlrpc.client.dumps(arguments, method).encode()
        assert word in rpc.request(body, **header).body
    assert Query.objects.get().refreshed_on is None
