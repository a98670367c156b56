"""scheduler.jobs.logs: the whole log or a part, while the job runs and after."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
import yaml
from django.contrib.auth.models import User

from pumice.server.ingest.append import append
from pumice.server.jobs.models import Job
from pumice.wire.loglines import LogLine, encode
from pumice.wire.states import JobState

if TYPE_CHECKING:
    from .conftest import Rpc

Submit = Callable[..., Job]


@pytest.fixture
def job(alice: User, submit: Submit, transactional_db: None) -> Job:
    """A job with three lines of log."""
    job = submit(alice)
    lines = [
        encode(LogLine("2026-01-02T03:04:05+00:00", level, message)).encode()
        for level, message in (("info", "start"), ("target", "é \x1b[31m"), ("debug", "end"))
    ]
    append(job.pk, 0, lines)
    return job


def messages(data: bytes) -> list[str]:
    return [line["msg"] for line in yaml.safe_load(data) or []]


def test_the_whole_log_is_a_yaml_list(rpc: Rpc, job: Job) -> None:
    finished, data = rpc("scheduler.jobs.logs", job.pk)
    assert finished is False
    assert messages(data) == ["start", "é \x1b[31m", "end"]
    assert all(line.startswith(b'- {"dt": "') for line in data.splitlines())


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, None, ["start", "é \x1b[31m", "end"]),
        (1, None, ["é \x1b[31m", "end"]),
        (0, 1, ["start"]),
        (1, 2, ["é \x1b[31m"]),
        (2, 99, ["end"]),
    ],
)
def test_a_part_is_chosen_by_line(
    rpc: Rpc, job: Job, start: int, end: int | None, expected: list[str]
) -> None:
    assert messages(rpc("scheduler.jobs.logs", str(job.pk), start, end)[1]) == expected


@pytest.mark.parametrize(("start", "end"), [(3, None), (99, None), (2, 2), (2, 1), (0, 0)])
def test_what_lies_beyond_the_log_is_empty(rpc: Rpc, job: Job, start: int, end: int | None) -> None:
    assert rpc("scheduler.jobs.logs", job.pk, start, end) == [False, b""]


def test_a_negative_start_reads_as_an_empty_list(rpc: Rpc, job: Job) -> None:
    assert rpc("scheduler.jobs.logs", job.pk, -1) == [False, b"[]"]


def test_a_job_without_a_log_has_an_empty_list(rpc: Rpc, alice: User, submit: Submit) -> None:
    assert rpc("scheduler.jobs.logs", submit(alice).pk) == [False, b"[]"]


def test_the_end_of_the_job_is_told(rpc: Rpc, job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(state=JobState.FINISHED)
    finished, data = rpc("scheduler.jobs.logs", job.pk, 2)
    assert (finished, messages(data)) == (True, ["end"])
