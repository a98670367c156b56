"""What streams read from the database, with the listener's permissions checked each time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.http.cookie import parse_cookie

from pumice.server.accounts.authentication import Requester, by_session
from pumice.server.events.queries import Stamped
from pumice.server.jobs import queries as jobs
from pumice.server.jobs.models import Job
from pumice.server.jobs.permissions import may_view
from pumice.server.web.logs.ranges import Piece, piece
from pumice.wire import events
from pumice.wire.states import JobHealth, JobState


class NotForYou(Exception):
    """The listener may not see this job (403), or there is none (404): ``status`` says which."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


def listener(cookies: str | None) -> Requester:
    """Who listens, by the session cookie in the ``Cookie`` header."""
    request = HttpRequest()
    request.COOKIES = parse_cookie(cookies or "")
    return by_session(request)


def look(cookies: str | None, job_id: int, line: int) -> tuple[dict[str, Any], Piece]:
    """A job's ``state`` event as it is now, and then the next lines of its log from a number on.

    The state is read first: where it says Finished, the log grows no more. Raises NotForYou.
    """
    return _state(_visible_job(cookies, job_id)), piece(job_id, line)


def _state(job: Job) -> dict[str, Any]:
    return {
        "state": JobState(job.state).label,
        "health": JobHealth(job.health).label,
        "device": job.actual_device_id,
        "start": job.start_time and job.start_time.isoformat(),
        "end": job.end_time and job.end_time.isoformat(),
        "failure": {
            "type": job.error_type,
            "message": job.error_msg,
            "comment": job.failure_comment,
        },
    }


def _visible_job(cookies: str | None, job_id: int) -> Job:
    job = jobs.find(job_id)
    if job is None:
        raise NotForYou(404)
    if not may_view(listener(cookies), job):
        raise NotForYou(403)
    return job


def visible_events(cookies: str | None, stamped: Iterable[Stamped]) -> list[Stamped]:
    """Of these events, those that the listener may see: of devices and workers all."""
    found = [event for event in stamped if event.kind in PAGE_KINDS]
    ids = {event.job_id for event in found if event.kind == events.TESTJOB}
    if not ids:
        return found
    may_see = set(jobs.visible(listener(cookies)).filter(pk__in=ids).values_list("pk", flat=True))
    return [event for event in found if event.kind != events.TESTJOB or event.job_id in may_see]


PAGE_KINDS = frozenset({events.TESTJOB, events.DEVICE, events.WORKER})
"""The kinds of events that pages show."""
