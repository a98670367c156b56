"""What streams read from the database, with the listener's permissions checked each time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.cookie import parse_cookie

from pumice.server.accounts.authentication import Requester, by_session
from pumice.server.api.streams import Scope, header
from pumice.server.events.queries import Stamped
from pumice.server.jobs import queries as jobs
from pumice.server.jobs.models import Job
from pumice.server.jobs.permissions import may_view
from pumice.server.lab import queries as lab
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


def is_signed_in(scope: Scope) -> bool:
    """Whether the stream's listener is signed in."""
    return listener(header(scope, b"cookie")).is_authenticated


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
    """Of these events, those about jobs, devices and workers that the listener may see."""
    found = [event for event in stamped if event.kind in PAGE_KINDS]
    user = listener(cookies)
    seen = {
        kind: _seen(kind, user, [event for event in found if event.kind == kind])
        for kind in {event.kind for event in found}
    }
    return [event for event in found if _subject(event) in seen[event.kind]]


def _seen(kind: str, user: Requester, about: list[Stamped]) -> set[object]:
    visible: QuerySet[Any] = _VISIBLE[kind](user)
    subjects = {_subject(event) for event in about}
    return set(visible.filter(pk__in=subjects).values_list("pk", flat=True))


def _subject(event: Stamped) -> object:
    """The key of what the event is about."""
    return {
        events.TESTJOB: event.job_id,
        events.DEVICE: event.device,
        events.WORKER: event.worker,
    }[event.kind]


_VISIBLE = {events.TESTJOB: jobs.visible, events.DEVICE: lab.devices, events.WORKER: lab.workers}

PAGE_KINDS = frozenset({events.TESTJOB, events.DEVICE, events.WORKER})
"""The kinds of events that pages show."""
