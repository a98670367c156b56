"""Jobs with results to be found, and short ways to ask."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.contrib.auth.models import User

from pumice.server.jobs.models import Job
from pumice.server.reports import queries, saving
from pumice.server.reports.conditions import parse
from pumice.server.reports.fields import Table
from pumice.server.reports.models import Query
from pumice.server.results.models import Case, Suite
from pumice.wire.states import CaseResult, JobHealth, JobState

Find = Callable[..., list[int]]
Save = Callable[..., Query]
DAY = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def jobs(alice: User, bob: User, submit: Callable[..., Job]) -> list[Job]:
    """Alice's job that waits, her incomplete one and bob's complete health check, which ran on
    ``qemu-01`` and ``qemu-02``; each has a suite ``lava`` with a case ``job``, and the latter two
    a suite ``0_smoke`` with cases ``speed`` (1.5 and 20) and ``boot`` (fail and pass)."""
    made = [submit(alice), submit(alice), submit(bob)]
    for number, job in enumerate(made):
        lava = Suite.objects.create(job=job, name="lava")
        Case.objects.create(suite=lava, name="job", result=CaseResult.UNKNOWN, logged=DAY)
        if number:
            smoke = Suite.objects.create(job=job, name="0_smoke")
            speed = Decimal("1.5") if number == 1 else Decimal(20)
            Case.objects.create(
                suite=smoke, name="speed", result=0, measurement=speed, units="MB/s", logged=DAY
            )
            passed = CaseResult.FAIL if number == 1 else CaseResult.PASS
            Case.objects.create(suite=smoke, name="boot", result=passed, logged=DAY)
            Job.objects.filter(pk=job.pk).update(
                description="a 100% Smoke_test" if number == 1 else "health",
                health_check=number == 2,
                state=JobState.FINISHED,
                health=JobHealth.INCOMPLETE if number == 1 else JobHealth.COMPLETE,
                priority=100 if number == 1 else 7,
                actual_device=f"qemu-0{number}",
                start_time=DAY.replace(hour=number),
                end_time=DAY.replace(hour=number + 1),
                metadata={"Branch": "main" if number == 1 else "next", "7": "seven", "n": None},
            )
    return made


@pytest.fixture
def find(admin: User, jobs: list[Job]) -> Find:
    """Which jobs are found, by their places in ``jobs``; of suites and cases, those of which."""

    def act(text: str, entity: str = "testjob", user: User = admin, limit: int = 200) -> list[int]:
        table = Table(entity)
        found = queries.found(user, table, parse(table, text), limit)
        to_job = {Table.JOB: "id", Table.SUITE: "job_id"}.get(table, "suite__job_id")
        places = {job.pk: place for place, job in enumerate(jobs)}
        return [places[key] for key in found.values_list(to_job, flat=True)]

    return act


@pytest.fixture
def save() -> Save:
    """Save a query of a person's."""

    def act(
        owner: User, name: str, text: str = "", entity: str = "testjob", **more: object
    ) -> Query:
        table = Table(entity)
        conditions = tuple(parse(table, text))
        return saving.add(owner, saving.Wanted(name, table, conditions, **more))  # pyright: ignore[reportArgumentType]

    return act
