"""One job: what it is, how it does, its log; its definition; its end by request."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from pumice.server.jobs.groups import others_of_group
from pumice.server.jobs.models import Job
from pumice.server.jobs.permissions import may_cancel, may_read_secrets
from pumice.server.jobs.secrets import full_definition, masked_definition
from pumice.server.lifecycle.cancel import CANCELABLE, cancel_for
from pumice.server.logs import read
from pumice.server.results import lists as results
from pumice.server.web.jobs.finding import visible_job
from pumice.server.web.logs.ranges import CHUNK, Piece, piece
from pumice.server.web.reader import reader
from pumice.wire.states import JobState

_FAILURES = 20


@require_safe
def job(request: HttpRequest, number: str) -> HttpResponse:
    """A job with the part of its log that ``start`` asks for.

    By default that is the first part of a finished job's log, and the last of a live one's.
    """
    found = visible_job(request, number)
    total = read.count(found.pk)
    live = found.state != JobState.FINISHED
    first = _first_line(request.GET.get("start"), total, live)
    pieces = _pieces(found.pk, first)
    end = pieces[-1].end if pieces else first
    context = {
        **_summary(request, found),
        "total": total,
        "first": first,
        "end": end,
        "pieces": pieces,
        "earlier": max(first - 2 * CHUNK, 0) if first else None,
        "later": end if end < total else None,
        "last": _first_line(None, total, live=True),
        "chunk": CHUNK,
        "section": "jobs",
    }
    return render(request, "web/jobs/job.html", context)


@require_safe
def summary(request: HttpRequest, number: str) -> HttpResponse:
    """What stands above the log, alone: live pages put it in the place of the old one."""
    return render(request, "web/jobs/summary.html", _summary(request, visible_job(request, number)))


@require_safe
def definition(request: HttpRequest, number: str) -> HttpResponse:
    """What was submitted."""
    found = visible_job(request, number)
    lines = _definition(request, found).splitlines()
    context = {"job": found, "lines": list(enumerate(lines, 1)), "section": "jobs"}
    return render(request, "web/jobs/definition.html", context)


@require_safe
def definition_plain(request: HttpRequest, number: str) -> HttpResponse:
    """What was submitted, as a file."""
    found = visible_job(request, number)
    return HttpResponse(
        _definition(request, found),
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f"attachment; filename=job_{found.display_id}.yaml"},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_job(request: HttpRequest, number: str) -> HttpResponse:
    """Ask whether the job shall end (GET), or end it (POST)."""
    found = visible_job(request, number)
    user = request.user
    if not isinstance(user, User) or not may_cancel(user, found):
        raise PermissionDenied(f"Job {number} may be cancelled by its submitter.")
    if request.method == "POST":
        cancel_for(user, found)
        return redirect(f"/scheduler/job/{found.display_id}")
    context = {"job": found, "cancelable": found.state in CANCELABLE, "section": "jobs"}
    return render(request, "web/jobs/cancel.html", context)


def _definition(request: HttpRequest, found: Job) -> str:
    if may_read_secrets(reader(request), found):
        return full_definition(found)
    return masked_definition(found)


def _summary(request: HttpRequest, found: Job) -> dict[str, Any]:
    return {
        "job": found,
        "tags": list(found.tags.order_by("name").values_list("name", flat=True)),
        "groups": list(found.viewing_groups.order_by("name").values_list("name", flat=True)),
        "others": list(others_of_group(reader(request), found)),
        "suites": results.suite_rows(found),
        "failures": results.failures(found, _FAILURES),
        "live": found.state != JobState.FINISHED,
        "may_cancel": found.state in CANCELABLE and may_cancel(reader(request), found),
    }


def _first_line(asked: str | None, total: int, live: bool) -> int:
    """Where the page's part of the log begins: at the start of a piece."""
    if asked is not None and asked.isascii() and asked.isdigit() and len(asked) <= 9:
        return min(int(asked), max(total - 1, 0)) // CHUNK * CHUNK
    if not live:
        return 0
    return max(total - 1 - CHUNK, 0) // CHUNK * CHUNK


def _pieces(job_id: int, first: int) -> list[Piece]:
    """Up to two pieces from a line on."""
    pieces: list[Piece] = []
    for start in (first, first + CHUNK):
        found = piece(job_id, start)
        if found.end > found.start:
            pieces.append(found)
        if found.end < start + CHUNK:
            break
    return pieces
