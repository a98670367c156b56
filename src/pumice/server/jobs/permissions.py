"""Who may see, cancel and change jobs."""

from __future__ import annotations

from django.contrib.auth.models import User

from pumice.server.accounts.authentication import Requester
from pumice.server.jobs.models import Job


def may_view(user: Requester, job: Job) -> bool:
    """Submitter and superuser always; else members of all viewing groups; else public jobs."""
    if isinstance(user, User) and (user.is_superuser or job.submitter_id == user.pk):
        return True
    groups = {group.pk for group in job.viewing_groups.all()}
    if groups:
        if not isinstance(user, User):
            return False
        return groups <= set(user.groups.values_list("pk", flat=True))
    return job.is_public


def may_change(user: Requester, job: Job) -> bool:
    """The submitter, and those who may change jobs anywhere."""
    return isinstance(user, User) and (
        job.submitter_id == user.pk or user.has_perm("jobs.change_job")
    )


def may_cancel(user: Requester, job: Job) -> bool:
    """Those who may change the job."""
    return may_change(user, job)


def may_read_secrets(user: Requester, job: Job) -> bool:
    """Those who may change the job."""
    return may_change(user, job)
