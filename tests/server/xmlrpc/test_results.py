"""results: the cases of a job as YAML, every value as text except the metadata."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
import yaml
from django.contrib.auth.models import User

from pumice.server.jobs.models import Job
from pumice.server.results.models import Case

if TYPE_CHECKING:
    from .conftest import Rpc

Submit = Callable[..., Job]


def test_all_cases_are_listed_as_they_were_reported(rpc: Rpc, tested: Job, alice: User) -> None:
    text = rpc("results.get_testjob_results_yaml", tested.pk, user=alice)
    first, second, third = yaml.safe_load(text)
    assert list(first.items()) == [
        ("name", "speed"),
        ("job", str(tested.pk)),
        ("suite", "0_smoke"),
        ("result", "pass"),
        ("measurement", "1.5000000000"),
        ("unit", "MB/s"),
        ("level", "1.1"),
        ("url", f"/results/testcase/{Case.objects.get(name='speed').pk}"),
        ("id", str(Case.objects.get(name="speed").pk)),
        ("logged", "2026-01-02 03:04:05.678901+00:00"),
        ("log_start_line", "0"),
        ("log_end_line", "12"),
        (
            "metadata",
            {"case": "speed", "definition": "0_smoke", "result": "pass", "level": "1.1"},
        ),
    ]
    assert (second["name"], second["result"], second["measurement"]) == ("42", "fail", "None")
    assert (second["unit"], second["level"], second["log_start_line"]) == ("", "", "")
    assert (third["suite"], third["name"], third["result"]) == ("lava", "job", "unknown")
    assert third["logged"] == "2026-01-02 03:04:05+00:00"
    assert third["metadata"]["extra"] == [{"label": "x"}]


def test_the_document_is_in_block_style(rpc: Rpc, tested: Job, alice: User) -> None:
    text = rpc("results.get_testjob_results_yaml", str(tested.pk), user=alice)
    assert text.startswith("- name: speed\n  job: '")
    assert "  metadata:\n    case: speed\n" in text


def test_a_job_without_results_has_an_empty_list(rpc: Rpc, alice: User, submit: Submit) -> None:
    job = submit(alice)
    assert rpc("results.get_testjob_results_yaml", job.pk, user=alice) == "[]\n"
    assert rpc("results.get_testjob_suites_list_yaml", job.pk, user=alice) == "[]\n"


def test_the_suites_are_listed(rpc: Rpc, tested: Job, alice: User) -> None:
    listed = yaml.safe_load(rpc("results.get_testjob_suites_list_yaml", tested.pk, user=alice))
    assert [(entry["name"], entry["job"]) for entry in listed] == [
        ("lava", str(tested.pk)),
        ("0_smoke", str(tested.pk)),
    ]
    assert all(list(entry) == ["name", "job", "id"] for entry in listed)
    assert all(isinstance(entry["id"], str) for entry in listed)


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ((), ["speed", "42"]),
        ((None, None), ["speed", "42"]),
        ((0, 1), ["speed", "42"]),
        ((1,), ["speed"]),
        ((1, 1), ["42"]),
        ((500, 0), ["speed", "42"]),
        ((500, 2), []),
        ((-1, 0), []),
        ((1, -1), []),
        ((2**40, 2**40), []),
    ],
)
def test_a_suite_is_read_in_pages(
    rpc: Rpc, tested: Job, alice: User, page: tuple[int | None, ...], names: list[str]
) -> None:
    arguments = [n if n is None or n < 2**31 else 2**31 - 1 for n in page]
    text = rpc("results.get_testsuite_results_yaml", tested.pk, "0_smoke", *arguments, user=alice)
    assert [case["name"] for case in yaml.safe_load(text)] == names


def test_what_does_not_exist_is_a_fault(rpc: Rpc, tested: Job, alice: User) -> None:
    for method, more in (
        ("get_testjob_results_yaml", ()),
        ("get_testjob_suites_list_yaml", ()),
        ("get_testsuite_results_yaml", ("lava",)),
    ):
        name = f"results.{method}"
        missing = (404, "Specified job not found.")
        unnamed = (400, "Bad request: TestJob id was not specified.")
        assert rpc.fault(name, 4711, *more, user=alice) == missing
        assert rpc.fault(name, "seven", *more, user=alice) == missing
        assert rpc.fault(name, 0, *more, user=alice) == unnamed
        assert rpc.fault(name, None, *more, user=alice) == unnamed
        assert rpc.fault(name, tested.pk, *more)[0] == 401
    suite = rpc.fault("results.get_testsuite_results_yaml", tested.pk, "1_smoke", user=alice)
    assert suite == (404, "Specified test suite not found.")


def test_results_of_a_hidden_job_are_refused(rpc: Rpc, tested: Job, alice: User, bob: User) -> None:
    Job.objects.filter(pk=tested.pk).update(is_public=False)
    expected = (401, f"Permission denied for user to job {tested.pk}")
    assert rpc.fault("results.get_testjob_results_yaml", tested.pk, user=bob) == expected
    assert rpc("results.get_testjob_results_yaml", tested.pk, user=alice)
