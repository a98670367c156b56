"""Lists of jobs."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pumice.server.events.queries import last_seq
from pumice.server.jobs import lists, queries
from pumice.server.web.jobs.tables import COLUMNS, QUEUE_COLUMNS, job_table
from pumice.server.web.reader import reader

TABS = (
    ("all", "All", "/scheduler/alljobs"),
    ("active", "Active", "/scheduler/activejobs"),
    ("queue", "Queue", "/scheduler/queue"),
    ("mine", "Mine", "/scheduler/myjobs"),
)


@require_safe
def all_jobs(request: HttpRequest) -> HttpResponse:
    """Every job that the reader may see, newest first."""
    after = last_seq()
    table = job_table(request.GET, queries.visible(reader(request)), scope="all", label="All jobs")
    return _page(request, "all", "Jobs", {"table": table, "live_after": after})


@require_safe
def active_jobs(request: HttpRequest) -> HttpResponse:
    """Jobs that have a device and have not ended."""
    after = last_seq()
    table = job_table(
        request.GET, lists.active(reader(request)), scope="active", label="Active jobs"
    )
    return _page(request, "active", "Active jobs", {"table": table, "live_after": after})


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Jobs that wait for a device, the oldest first."""
    after = last_seq()
    table = job_table(
        request.GET,
        lists.waiting(reader(request)),
        scope="queue",
        label="Queued jobs",
        fields=lists.QUEUE_FIELDS,
        columns=QUEUE_COLUMNS,
    )
    return _page(request, "queue", "Queue", {"table": table, "live_after": after})


@require_safe
@login_required
def my_jobs(request: HttpRequest) -> HttpResponse:
    """The reader's own jobs."""
    user = reader(request)
    assert isinstance(user, User)  # noqa: S101 - login_required saw to it
    after = last_seq()
    table = job_table(
        request.GET,
        lists.own(user),
        scope="all",
        label="My jobs",
        columns=COLUMNS,
        live={"submitter": user.get_username()},
    )
    return _page(request, "mine", "My jobs", {"table": table, "live_after": after})


def _page(request: HttpRequest, tab: str, title: str, context: dict[str, object]) -> HttpResponse:
    tabs = [(label, url, name == tab) for name, label, url in TABS]
    return render(
        request,
        "web/jobs/list.html",
        {**context, "title": title, "tabs": tabs, "tab": tab, "section": "jobs"},
    )
