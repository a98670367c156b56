"""Who may see, cancel and change jobs."""

from __future__ import annotations

from django.contrib.auth.models import User

from pumice.server.accounts.authentication import Requester
from pumice.server.accounts.grants import may_everything
from pumice.server.jobs.models import Job
from pumice.server.jobs.queries import visible
from pumice.server.lab import permissions as lab


def may_view(user: Requester, job: Job) -> bool:
    """Whether lists show the job to the user."""
    if job.submitter_id == user.pk or may_everything(user):
        return True
    return visible(user).filter(pk=job.pk).exists()


def may_change(user: Requester, job: Job) -> bool:
    """The submitter, who may change the job's device, and who may change its device type.

    The device type counts where the job has no device that the user may change.
    """
    if not isinstance(user, User):
        return False
    if job.submitter_id == user.pk or may_everything(user):
        return True
    if job.actual_device is not None and lab.may_change(user, job.actual_device):
        return True
    kind = job.requested_device_type
    return kind is not None and lab.may_change(user, kind)


def may_cancel(user: Requester, job: Job) -> bool:
    """Those who may change the job, and those who may change jobs anywhere."""
    return may_change(user, job) or user.has_perm("jobs.change_job")


def may_read_secrets(user: Requester, job: Job) -> bool:
    """Those who may change the job."""
    return may_change(user, job)
