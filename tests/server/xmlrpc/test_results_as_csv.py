"""results: cases and suites as CSV, counts, metadata, and the cases of one name."""

from __future__ import annotations

import csv
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
import yaml
from django.contrib.auth.models import User
from django.utils import timezone

from pumice.server.jobs.models import Job
from pumice.server.results.models import Case, Suite
from pumice.wire.states import CaseResult

if TYPE_CHECKING:
    from .conftest import Rpc

HEAD = (
    '"job","suite","result","measurement","unit","duration","timeout","logged","level",'
    '"metadata","url","name","id","log_start_line","log_end_line"\r\n'
)


def test_every_field_is_in_quotes_and_lines_end_with_crlf(
    rpc: Rpc, tested: Job, alice: User
) -> None:
    text = rpc("results.get_testjob_results_csv", tested.pk, user=alice)
    case = Case.objects.get(name="speed")
    metadata = str(case.metadata)
    assert text.startswith(
        HEAD + f'"{tested.pk}","0_smoke","pass","1.5000000000","MB/s","","",'
        f'"2026-01-02 03:04:05.678901+00:00","1.1","{metadata}",'
        f'"/results/testcase/{case.pk}","speed","{case.pk}","0","12"\r\n'
    )
    assert [row["name"] for row in csv.DictReader(text.splitlines())] == ["speed", "42", "job"]


def test_a_field_may_hold_quotes_and_lines(rpc: Rpc, tested: Job, alice: User) -> None:
    name = 'a "case", of\ntwo lines'
    suite = Suite.objects.get(name="lava")
    Case.objects.create(suite=suite, name=name, result=CaseResult.SKIP, logged=timezone.now())
    text = rpc("results.get_testcase_results_csv", tested.pk, "lava", name, user=alice)
    (row,) = csv.DictReader(text.splitlines(keepends=True))
    assert (row["name"], row["result"]) == (name, "skip")


def test_a_job_without_results_has_the_head_alone(
    rpc: Rpc, alice: User, submit: Callable[..., Job]
) -> None:
    job = submit(alice)
    assert rpc("results.get_testjob_results_csv", job.pk, user=alice) == HEAD
    suites = rpc("results.get_testjob_suites_list_csv", job.pk, user=alice)
    assert suites == '"name","job","id"\r\n'


def test_suites_are_listed(rpc: Rpc, tested: Job, alice: User) -> None:
    lava, smoke = Suite.objects.order_by("id")
    assert rpc("results.get_testjob_suites_list_csv", tested.pk, user=alice) == (
        '"name","job","id"\r\n'
        f'"lava","{tested.pk}","{lava.pk}"\r\n'
        f'"0_smoke","{tested.pk}","{smoke.pk}"\r\n'
    )


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ((), ["speed", "42"]),
        ((None, 1), ["speed", "42"]),
        ((1,), ["speed"]),
        ((1, 1), ["42"]),
        ((-1,), []),
        ((1, -1), []),
    ],
)
def test_a_suite_is_read_in_pages(
    rpc: Rpc, tested: Job, alice: User, page: tuple[int | None, ...], names: list[str]
) -> None:
    text = rpc("results.get_testsuite_results_csv", tested.pk, "0_smoke", *page, user=alice)
    assert [row["name"] for row in csv.DictReader(text.splitlines())] == names


def test_the_cases_of_a_suite_are_counted(rpc: Rpc, tested: Job, alice: User) -> None:
    count = "results.get_testsuite_results_count"
    assert rpc(count, tested.pk, "0_smoke", user=alice) == 2
    assert rpc(count, str(tested.pk), "lava", user=alice) == 1


def test_all_cases_of_a_name_are_read(rpc: Rpc, tested: Job, alice: User) -> None:
    suite = Suite.objects.get(name="0_smoke")
    Case.objects.create(suite=suite, name="speed", result=CaseResult.FAIL, logged=timezone.now())
    arguments = (tested.pk, "0_smoke", "speed")
    read = yaml.safe_load(rpc("results.get_testcase_results_yaml", *arguments, user=alice))
    assert [(case["name"], case["result"]) for case in read] == [
        ("speed", "pass"),
        ("speed", "fail"),
    ]
    text = rpc("results.get_testcase_results_csv", *arguments, user=alice)
    assert [row["result"] for row in csv.DictReader(text.splitlines())] == ["pass", "fail"]


@pytest.mark.parametrize("name", ["quick", "", "\x7f\ufffd", "%", 7])
def test_a_name_that_no_case_has(rpc: Rpc, tested: Job, alice: User, name: object) -> None:
    arguments = (tested.pk, "0_smoke", name)
    assert rpc("results.get_testcase_results_yaml", *arguments, user=alice) == "[]\n"
    missing = (404, "Specified test case not found.")
    assert rpc.fault("results.get_testcase_results_csv", *arguments, user=alice) == missing


def test_large_suites_are_written_in_parts_as_in_one(rpc: Rpc, tested: Job, alice: User) -> None:
    suite = Suite.objects.create(job=tested, name="large")
    now = timezone.now()
    Case.objects.bulk_create(
        Case(suite=suite, name=f"case-{n}", result=0, logged=now) for n in range(1_203)
    )
    text = rpc("results.get_testsuite_results_yaml", tested.pk, "large", user=alice)
    names = [case["name"] for case in yaml.load(text, yaml.CSafeLoader)]
    assert names == [f"case-{n}" for n in range(1_203)]


def test_metadata_are_texts_the_short_names_first(rpc: Rpc, tested: Job, alice: User) -> None:
    metadata = {
        "purpose": "a test",
        "empty": None,
        "build": {"longer": "x", "b": ["1", None], "a": {}},
        "é": "two bytes",
        "b": "1",
        "a": "true",
    }
    Job.objects.filter(pk=tested.pk).update(metadata=metadata)
    assert rpc("results.get_testjob_metadata", tested.pk, user=alice) == [
        {"a": "true"},
        {"b": "1"},
        {"é": "two bytes"},
        {"build": "{'a': {}, 'b': ['1', None], 'longer': 'x'}"},
        {"empty": "None"},
        {"purpose": "a test"},
    ]


@pytest.mark.parametrize(
    ("method", "more"),
    [
        ("get_testjob_results_csv", ()),
        ("get_testjob_suites_list_csv", ()),
        ("get_testjob_metadata", ()),
        ("get_testsuite_results_csv", ("lava",)),
        ("get_testsuite_results_count", ("lava",)),
        ("get_testcase_results_yaml", ("lava", "job")),
        ("get_testcase_results_csv", ("lava", "job")),
    ],
)
def test_what_does_not_exist_or_is_hidden_is_a_fault(
    rpc: Rpc, tested: Job, alice: User, bob: User, method: str, more: tuple[str, ...]
) -> None:
    name = f"results.{method}"
    missing = (404, "Specified job not found.")
    unnamed = (400, "Bad request: TestJob id was not specified.")
    assert rpc.fault(name, 4711, *more, user=alice) == missing
    assert rpc.fault(name, [7], *more, user=alice) == missing
    for nothing in (0, None, ""):
        assert rpc.fault(name, nothing, *more, user=alice) == unnamed
    assert rpc.fault(name, tested.pk, *more)[0] == 401
    if more:
        no_suite = rpc.fault(name, tested.pk, "1_smoke", *more[1:], user=alice)
        assert no_suite == (404, "Specified test suite not found.")
    Job.objects.filter(pk=tested.pk).update(is_public=False)
    hidden = (401, f"Permission denied for user to job {tested.pk}")
    assert rpc.fault(name, tested.pk, *more, user=bob) == hidden


def test_a_limit_must_be_a_number(rpc: Rpc, tested: Job, alice: User) -> None:
    code, text = rpc.fault(
        "results.get_testsuite_results_csv", tested.pk, "lava", "ten", user=alice
    )
    assert code == -32603
    assert "limit must be int" in text
