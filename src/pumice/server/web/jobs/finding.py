"""Find the job that an address names."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from pumice.server.jobs import queries
from pumice.server.jobs.models import Job
from pumice.server.jobs.permissions import may_view
from pumice.server.web.reader import reader


def visible_job(request: HttpRequest, number: str) -> Job:
    """The job. Raises Http404 where there is none, PermissionDenied where it is hidden."""
    job = queries.find(number)
    if job is None:
        raise Http404(f"There is no job {number}.")
    if not may_view(reader(request), job):
        raise PermissionDenied(f"Job {number} is visible only to some people.")
    return job
