"""A person ends a job whose worker never will."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from pumice.server.audit.record import record
from pumice.server.lifecycle.finish import finish

REASON = "The job was failed by an administrator"


def fail(by: User | None, job_id: int, reason: str = REASON) -> bool:
    """End a job Incomplete and free its device; whether it was still to end.

    One that was being canceled ends Canceled. Its worker is not asked: where it is alive, cancel.
    """
    with transaction.atomic():
        if not finish(job_id, passed=False, errors=reason):
            return False
        record(by, "fail", "job", job_id, reason=reason)
    return True
