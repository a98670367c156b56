"""scheduler.jobs.list and queue: what is listed, in which order, and how much."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone

from pumice.server.jobs.models import Job
from pumice.wire.states import JobHealth, JobState

if TYPE_CHECKING:
    from .conftest import Rpc

Submit = Callable[..., Job]


def ids(jobs: list[dict[str, object]]) -> list[object]:
    return [job["id"] for job in jobs]


def finish(job: Job, *, minutes_ago: float = 0, ran: float = 1, health: int = 1) -> None:
    end = timezone.now() - timedelta(minutes=minutes_ago)
    Job.objects.filter(pk=job.pk).update(
        state=JobState.FINISHED,
        health=health,
        start_time=end - timedelta(minutes=ran),
        end_time=end,
        actual_device="qemu-01",
    )


def test_jobs_are_listed_newest_first_with_six_fields(
    rpc: Rpc, alice: User, bob: User, submit: Submit
) -> None:
    first, second = submit(alice), submit(bob)
    newest, oldest = rpc("scheduler.jobs.list")
    assert list(newest.items()) == [
        ("id", second.pk),
        ("description", "smoke"),
        ("device_type", "qemu"),
        ("health", "Unknown"),
        ("state", "Submitted"),
        ("submitter", "bob"),
    ]
    assert (oldest["id"], oldest["submitter"]) == (first.pk, "alice")


def test_a_verbose_list_says_more(rpc: Rpc, alice: User, submit: Submit) -> None:
    finish(submit(alice))
    submit(alice)
    waiting, ended = rpc("scheduler.jobs.list", None, None, 0, 25, 0, True)
    more = ["actual_device", "start_time", "end_time", "error_msg", "error_type"]
    assert list(waiting)[6:] == more
    assert [waiting[key] for key in more] == [None] * 5
    assert ended["actual_device"] == "qemu-01"
    assert ended["end_time"].endswith("+00:00")
    assert ended["end_time"][10] == " "


def test_states_and_healths_select_in_any_case(rpc: Rpc, alice: User, submit: Submit) -> None:
    done, failed, waiting = submit(alice), submit(alice), submit(alice)
    finish(done)
    finish(failed, health=JobHealth.INCOMPLETE)
    assert ids(rpc("scheduler.jobs.list", "submitted")) == [waiting.pk]
    assert ids(rpc("scheduler.jobs.list", "FINISHED")) == [failed.pk, done.pk]
    assert ids(rpc("scheduler.jobs.list", "Finished", "inComplete")) == [failed.pk]
    assert ids(rpc("scheduler.jobs.list", None, "COMPLETE")) == [done.pk]
    assert ids(rpc("scheduler.jobs.list", "RUNNING", "COMPLETE")) == []


@pytest.mark.parametrize("value", ["", "Done", 3, True, ["Running"]])
def test_an_unknown_state_or_health_is_a_fault(rpc: Rpc, value: object) -> None:
    assert rpc.fault("scheduler.jobs.list", value) == (400, f"Invalid state '{value}'")
    assert rpc.fault("scheduler.jobs.list", None, value) == (400, f"Invalid health '{value}'")


def test_start_and_limit_choose_a_page(rpc: Rpc, alice: User, submit: Submit) -> None:
    all_ids = [submit(alice).pk for _ in range(4)][::-1]
    assert ids(rpc("scheduler.jobs.list", None, None, 1, 2)) == all_ids[1:3]
    assert ids(rpc("scheduler.jobs.list", None, None, -5, 2)) == all_ids[:2]
    assert ids(rpc("scheduler.jobs.list", None, None, 9, 2)) == []
    assert ids(rpc("scheduler.jobs.list", None, None, 0, 0)) == []
    assert ids(rpc("scheduler.jobs.queue", None, 1, 2)) == all_ids[1:3]


def test_no_more_than_a_hundred_are_listed(rpc: Rpc, alice: User, submit: Submit) -> None:
    job = submit(alice)
    copies = [Job(**{**fields(job), "description": f"copy {n}"}) for n in range(100)]
    Job.objects.bulk_create(copies)
    assert len(rpc("scheduler.jobs.list", None, None, 0, 1000)) == 100
    assert len(rpc("scheduler.jobs.queue", None, 0, 1000)) == 100
    assert len(rpc("scheduler.jobs.list")) == 25


def fields(job: Job) -> dict[str, object]:
    skipped = {"id"}
    return {
        field.attname: getattr(job, field.attname)
        for field in Job._meta.concrete_fields
        if field.attname not in skipped
    }


def test_since_selects_what_ended_in_the_last_minutes(
    rpc: Rpc, alice: User, submit: Submit
) -> None:
    old, recent, waiting = submit(alice), submit(alice), submit(alice)
    finish(old, minutes_ago=90)
    finish(recent, minutes_ago=5)
    assert ids(rpc("scheduler.jobs.list", None, None, 0, 25, 60)) == [recent.pk]
    assert ids(rpc("scheduler.jobs.list", None, None, 0, 25, 2_000_000_000)) == [recent.pk, old.pk]
    assert ids(rpc("scheduler.jobs.list", None, None, 0, 25, 0)) == [
        waiting.pk,
        recent.pk,
        old.pk,
    ]


def test_a_duration_selects_what_ran_or_runs_for_longer(
    rpc: Rpc, alice: User, submit: Submit
) -> None:
    short, long, running, _waiting = (submit(alice) for _ in range(4))
    finish(short, ran=5)
    finish(long, ran=61)
    Job.objects.filter(pk=running.pk).update(
        state=JobState.RUNNING, start_time=timezone.now() - timedelta(minutes=70)
    )
    listed = rpc("scheduler.jobs.list", None, None, 0, 25, 0, False, 60)
    assert ids(listed) == [running.pk, long.pk]
    assert ids(rpc("scheduler.jobs.list", "RUNNING", None, 0, 25, None, False, 60)) == [running.pk]


def test_the_queue_lists_waiting_jobs_by_device_type(rpc: Rpc, alice: User, submit: Submit) -> None:
    waiting, ended = submit(alice), submit(alice)
    finish(ended)
    (entry,) = rpc("scheduler.jobs.queue")
    assert list(entry.items()) == [
        ("id", waiting.pk),
        ("description", "smoke"),
        ("requested_device_type", "qemu"),
        ("submitter", "alice"),
    ]
    assert ids(rpc("scheduler.jobs.queue", ["qemu", "panda"])) == [waiting.pk]
    assert rpc("scheduler.jobs.queue", ["panda"]) == []
    assert rpc("scheduler.jobs.queue", []) == []


@pytest.fixture
def hidden(alice: User, submit: Submit, smoke: str) -> dict[str, Job]:
    """A personal job and a group's job of alice."""
    grouped = submit(alice)
    grouped.viewing_groups.set([Group.objects.create(name="team"), Group.objects.create(name="b")])
    personal = submit(alice, smoke.replace("visibility: public", "visibility: personal"))
    return {"grouped": grouped, "personal": personal}


def test_hidden_jobs_are_listed_and_shown_to_their_submitter_and_superusers(
    rpc: Rpc, hidden: dict[str, Job], alice: User, admin: User
) -> None:
    for user in (alice, admin):
        assert ids(rpc("scheduler.jobs.list", user=user)) == [
            hidden["personal"].pk,
            hidden["grouped"].pk,
        ]
        assert len(rpc("scheduler.jobs.queue", user=user)) == 2
        assert rpc("scheduler.jobs.show", hidden["personal"].pk, user=user)


def test_hidden_jobs_are_not_listed_or_shown_to_others(
    rpc: Rpc, hidden: dict[str, Job], bob: User
) -> None:
    for user, name in ((bob, "bob"), (None, "AnonymousUser")):
        assert rpc("scheduler.jobs.list", user=user) == []
        assert rpc("scheduler.jobs.queue", user=user) == []
        for job in hidden.values():
            expected = (403, f"Job '{job.pk}' not available to user '{name}'.")
            for method in ("show", "definition", "logs"):
                assert rpc.fault(f"scheduler.jobs.{method}", job.pk, user=user) == expected


def test_a_member_of_all_groups_of_a_job_sees_it(
    rpc: Rpc, hidden: dict[str, Job], bob: User
) -> None:
    bob.groups.add(Group.objects.get(name="team"))
    assert rpc("scheduler.jobs.list", user=bob) == []
    bob.groups.add(Group.objects.get(name="b"))
    assert ids(rpc("scheduler.jobs.list", user=bob)) == [hidden["grouped"].pk]
    assert rpc("scheduler.jobs.show", hidden["grouped"].pk, user=bob)["visibility"] == (
        "Group (b, team)"
    )
