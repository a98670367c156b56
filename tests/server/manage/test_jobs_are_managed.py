"""``jobs``: listed, failed, removed with what belongs to them, validated, compressed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core import mail
from django.utils import timezone

from pumice.server.audit.models import Entry
from pumice.server.ingest import append, documents
from pumice.server.jobs.models import Document, Job
from pumice.server.lab.models import Device, Worker
from pumice.server.lifecycle.finish import finish
from pumice.server.lifecycle.reserve import reserve
from pumice.server.lifecycle.start import start
from pumice.server.logs import read, seal
from pumice.server.logs.models import JobLog
from pumice.server.results.models import Suite
from pumice.wire.states import DeviceState, JobHealth, JobState

Manage = Callable[..., list[str]]
Refused = Callable[..., str]
Submit = Callable[..., Job]

RESULT = b'{"dt": "2026-01-01T00:00:00", "lvl": "results", "msg": %s}'
CASE = b'{"case": "boot", "definition": "lava", "result": "pass"}'


def run(job: Job) -> Job:
    reserve([(job.pk, "qemu-01")])
    start(job.pk)
    append.append(job.pk, 0, [RESULT % CASE])
    documents.keep(job.pk, {"device": "a: 1"})
    return job


def end(job: Job, days_ago: int = 0) -> Job:
    finish(job.pk, passed=True)
    Job.objects.filter(pk=job.pk).update(end_time=timezone.now() - timedelta(days=days_ago))
    return job


def files(job: Job) -> list[str]:
    """The names of the job's files in the media folder."""
    names = (path.name for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())
    return [name for name in names if name.startswith((f"{job.pk}.", f"{job.pk}-"))]


def test_jobs_are_listed(alice: User, bob: User, submit: Submit, manage: Manage) -> None:
    old, new = submit(alice), run(submit(bob))
    Job.objects.filter(pk=old.pk).update(submit_time=timezone.now() - timedelta(days=3))
    first = f"* {old.pk} (Submitted, Unknown) [alice] smoke"
    second = f"* {new.pk} (Running, Unknown) [bob] smoke"
    assert manage("jobs", "list") == [first, second]
    assert manage("jobs", "list", "--newer-than", "2d") == [second]
    assert manage("jobs", "list", "--newer-than", "80h") == [first, second]
    assert manage("jobs", "list", "--submitter", "alice") == [first]
    assert manage("jobs", "list", "--no-submitter", "alice") == [second]
    assert manage("jobs", "list", "--state", "RUNNING", "--no-submitter") == [
        f"* {new.pk} (Running, Unknown) smoke"
    ]


@pytest.mark.parametrize("age", ["2", "d", "2w", "-1d", "99999999d"])
def test_a_text_that_is_no_age_is_refused(refused: Refused, age: str) -> None:
    assert "an age is a number and h or d" in refused("jobs", "list", f"--newer-than={age}")


def test_a_job_is_failed_and_its_device_freed(
    alice: User, submit: Submit, manage: Manage, refused: Refused
) -> None:
    job = run(submit(alice))
    manage("jobs", "fail", str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.health) == (JobState.FINISHED, JobHealth.INCOMPLETE)
    assert "failed by an administrator" in job.failure_comment
    assert Device.objects.get(pk="qemu-01").state == DeviceState.IDLE
    assert Entry.objects.filter(act="fail", subject=str(job.pk), via="command").exists()
    assert "has ended already" in refused("jobs", "fail", str(job.pk))
    assert "there is no job 999" in refused("jobs", "fail", "999")


@pytest.mark.parametrize("sealed", [False, True], ids=["live", "sealed"])
def test_a_removed_job_leaves_nothing_behind(
    alice: User,
    submit: Submit,
    manage: Manage,
    django_capture_on_commit_callbacks: Callable[..., object],
    sealed: bool,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # pyright: ignore[reportGeneralTypeIssues]
        job = end(run(submit(alice)), days_ago=10)
        if sealed:
            seal.step()
    if sealed:
        assert files(job) == [f"{job.pk}-1.log.zst"]
    with django_capture_on_commit_callbacks(execute=True):  # pyright: ignore[reportGeneralTypeIssues]
        assert manage("jobs", "rm", "--older-than", "9d") == [f"* {job.pk}", "Jobs: 1"]
    assert files(job) == []
    for model in (Job, JobLog, Document, Suite):
        assert not model.objects.exists()
    assert Entry.objects.get(act="delete", kind="job").changes["submitter"] == ["alice", None]


def test_logs_alone_may_be_removed(alice: User, submit: Submit, manage: Manage) -> None:
    job = end(run(submit(alice)), days_ago=10)
    arguments = ("jobs", "rm", "--submitter", "alice", "--logs-only", "--no-skip-favorite")
    assert manage(*arguments, "--dry-run") == [f"* {job.pk}", "Logs: 1"]
    assert read.count(job.pk) == 1
    assert manage(*arguments, "--slow") == [f"* {job.pk}", "Logs: 1"]
    assert read.count(job.pk) == 0
    assert list(read.lines(job.pk)) == []
    assert Suite.objects.filter(job=job).exists()
    assert manage(*arguments) == ["Logs: 0"]


def test_only_jobs_that_ended_and_were_asked_for_are_removed(
    alice: User, bob: User, submit: Submit, manage: Manage, refused: Refused
) -> None:
    others, young = end(run(submit(bob)), days_ago=10), end(run(submit(alice)), days_ago=1)
    running, waiting = run(submit(alice)), submit(alice)
    assert "say which jobs" in refused("jobs", "rm")
    assert manage("jobs", "rm", "--submitter", "alice", "--older-than", "2d") == ["Jobs: 0"]
    assert manage("jobs", "rm", "--submitter", "alice", "--dry-run")[-1] == "Jobs: 1"
    assert manage("jobs", "rm", "--submitter", "alice") == [f"* {young.pk}", "Jobs: 1"]
    kept = {others.pk, running.pk, waiting.pk}
    assert set(Job.objects.values_list("pk", flat=True)) == kept
    assert "no user 'nobody'" in refused("jobs", "rm", "--submitter", "nobody")


def test_definitions_are_checked_again(
    admin: User, submit: Submit, manage: Manage, refused: Refused
) -> None:
    job = submit(admin)
    assert manage("jobs", "validate") == [f"* {job.pk}: valid"]
    Job.objects.update(original_definition=job.original_definition + "unknown_key: 1\n")
    assert refused("jobs", "validate", "--strict") == "jobs with problems: 1"
    assert manage("jobs", "validate", "--submitter", "admin", "--newer-than", "0h") == []
    Job.objects.update(original_definition="actions: [")
    assert refused("jobs", "validate", "--mail-admins") == "jobs with problems: 1"
    (message,) = mail.outbox
    assert message.to == ["admin@example.com"]
    assert f"* {job.pk}: " in message.body


def test_logs_of_ended_jobs_are_compressed(
    alice: User, submit: Submit, lab: Worker, manage: Manage
) -> None:
    ended = end(run(submit(alice)))
    run(submit(alice))
    assert manage("jobs", "compress", "--dry-run") == [f"* {ended.pk}", "Logs: 1"]
    assert manage("jobs", "compress", "--older-than", "1d") == ["Logs: 0"]
    assert manage("jobs", "compress") == [f"* {ended.pk}", "Logs: 1"]
    assert JobLog.objects.exclude(sealed="").get().job_id == ended.pk
    assert manage("jobs", "compress") == ["Logs: 0"]


def test_metadata_is_taken_from_definitions(
    alice: User, submit: Submit, manage: Manage, refused: Refused
) -> None:
    first, second, third = submit(alice), submit(alice), submit(alice)
    wanted = first.metadata
    Job.objects.update(metadata={})
    Job.objects.filter(pk=third.pk).update(original_definition="actions: [")
    backfill = ("jobs", "backfill-metadata")
    assert manage(*backfill, "--dry-run", "--batch-size", "1")[-1] == "Jobs: 2"
    assert manage(*backfill, "--start-id", str(second.pk)) == [f"* {second.pk}", "Jobs: 1"]
    assert manage(*backfill, "--end-id", str(first.pk)) == [f"* {first.pk}", "Jobs: 1"]
    assert set(map(str, Job.objects.values_list("metadata", flat=True))) == {str(wanted), "{}"}
    assert "at least 1" in refused(*backfill, "--batch-size", "0")
