"""A job's token: derived from the site's key, so it stands nowhere."""

from __future__ import annotations

from pumice.server.jobs.models import Job
from pumice.server.secrets import sealing


def token_of(job: Job) -> str:
    """The token with which the job's worker sends its log and state."""
    return sealing.derive("job token", job.pk, job.submit_time.isoformat())
