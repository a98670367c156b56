"""The metadata of jobs that were stored without it."""

from __future__ import annotations

from django.db import transaction

from pumice.formats.errors import InvalidDocument
from pumice.server.jobs.models import Job
from pumice.server.jobs.secrets import full_definition
from pumice.server.jobs.validation import parse


def backfill(job_id: int, *, write: bool = True) -> bool:
    """Give a job the metadata of its definition; whether it lacked any.

    A definition that is refused today gives none. Without ``write`` nothing is changed.
    """
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=job_id, metadata={}).first()
        if job is None:
            return False
        try:
            found = parse(full_definition(job)).metadata
        except InvalidDocument:
            return False
        if found and write:
            job.metadata = found
            job.save(update_fields=["metadata"])
    return bool(found)
