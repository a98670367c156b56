"""Reads of results; whether the user may see the job is checked before."""

from __future__ import annotations

from django.db.models import QuerySet

from pumice.server.database.texts import storable
from pumice.server.jobs.models import Job
from pumice.server.results.models import Case, Suite


def suites_of(job: Job) -> QuerySet[Suite]:
    """The suites of a job, in the order in which they appeared."""
    return Suite.objects.filter(job=job).order_by("id")


def suite_of(job: Job, name: str) -> Suite | None:
    """The suite of a job that has this name, or None."""
    return Suite.objects.filter(job=job, name=storable(name)).first()


def cases_of(job: Job) -> QuerySet[Case]:
    """The cases of all suites of a job, in the order in which the job reported them."""
    return Case.objects.filter(suite__job=job).order_by("id")


def cases_of_suite(suite: Suite) -> QuerySet[Case]:
    """The cases of a suite, in the order in which the job reported them."""
    return Case.objects.filter(suite=suite).order_by("id")


def cases_named(suite: Suite, name: str) -> QuerySet[Case]:
    """The cases of a suite that have this name, in the order in which the job reported them."""
    return cases_of_suite(suite).filter(name=storable(name))
