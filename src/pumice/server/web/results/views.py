"""The results of a job, of a suite, and of one case."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pumice.formats import yaml
from pumice.server.results import lists, queries
from pumice.server.results.models import Case
from pumice.server.web.jobs.finding import visible_job
from pumice.server.web.logs.ranges import piece
from pumice.server.web.tables import Column, read

CASE_COLUMNS = (
    Column("Case", "name"),
    Column("Result", "result"),
    Column("Measurement", "measurement"),
    Column("Set"),
    Column("Log"),
    Column("Logged", "logged"),
)
_LOG_LINES = 60


@require_safe
def job_results(request: HttpRequest, number: str) -> HttpResponse:
    """The suites of a job."""
    job = visible_job(request, number)
    context = {
        "job": job,
        "suites": lists.suite_rows(job),
        "metadata": sorted(job.metadata.items()),
        "section": "jobs",
    }
    return render(request, "web/results/job.html", context)


@require_safe
def suite(request: HttpRequest, number: str, place: str) -> HttpResponse:
    """The cases of a suite; or, where there is no such suite, the case that the path names.

    Paths are ``SUITE``, ``SUITE/CASE`` (name or id) and ``SUITE/SET/CASE``; names may hold slashes.
    """
    job = visible_job(request, number)
    found = queries.suite_of(job, place)
    if found is None:
        named = lists.find_case(job, place)
        if named is None:
            raise Http404(f"Job {job.pk} has no results of this name.")
        return _case_page(request, named)
    table = read(
        request.GET,
        queries.cases_of_suite(found),
        lists.CASE_FIELDS,
        lists.case_rows,
        name="cases",
        label=f"Cases of {found.name}",
        columns=CASE_COLUMNS,
        length=100,
    )
    context = {"job": job, "suite": found, "table": table, "section": "jobs"}
    return render(request, "web/results/suite.html", context)


@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case by its id."""
    found = lists.case_by_id(number)
    if found is None:
        raise Http404(f"There is no test case {number}.")
    visible_job(request, str(found.suite.job_id))
    return _case_page(request, found)


def _case_page(request: HttpRequest, found: Case) -> HttpResponse:
    job = found.suite.job
    metadata: dict[str, Any] = dict(found.metadata)
    extra = metadata.pop("extra", None)
    start, end = found.start_log_line, found.end_log_line
    log = None
    if start is not None:
        log = piece(job.pk, start, min(end or start, start + _LOG_LINES) + 1)
    context = {
        "job": job,
        "case": found,
        "metadata": sorted(metadata.items()),
        "extra": "" if extra is None else yaml.dump(extra),
        "log": log,
        "section": "jobs",
    }
    return render(request, "web/results/case.html", context)
