"""Check the token that a worker sends."""

from __future__ import annotations

from pumice.server.api.workers.answers import Refused
from pumice.server.jobs.models import Job
from pumice.server.jobs.queries import find
from pumice.server.jobs.tokens import token_of as job_token
from pumice.server.lab.models import Worker
from pumice.server.lab.workers import token_of as worker_token
from pumice.server.secrets.sealing import same


def worker_by_token(name: str, token: str | None) -> Worker:
    """The worker, if the token is its own. Raises Refused."""
    worker = Worker.objects.filter(pk=name).first()
    if worker is None:
        raise Refused(404, f"Unknown worker '{name}'")
    _check(token, worker_token(worker))
    return worker


def job_by_token(job_id: int, token: str | None) -> Job:
    """The job, if the token is its own. Raises Refused."""
    job = find(job_id)
    if job is None:
        raise Refused(404, f"Unknown job '{job_id}'")
    _check(token, job_token(job))
    return job


def _check(token: str | None, right: str) -> None:
    if not token:
        raise Refused(400, "Missing 'token'")
    if not same(token, right):
        raise Refused(400, "Invalid 'token'")
