"""scheduler's older methods of single jobs, which clients of long ago call."""

from __future__ import annotations

from typing import Any

from pumice.formats import yaml
from pumice.formats.errors import InvalidDocument
from pumice.server.accounts.authentication import Requester
from pumice.server.api.xmlrpc.dumps import job_columns
from pumice.server.api.xmlrpc.faults import BAD_REQUEST, NOT_FOUND, Fault, internal
from pumice.server.api.xmlrpc.lookups import job_to_view
from pumice.server.api.xmlrpc.methods import scheduler_jobs
from pumice.server.api.xmlrpc.permissions import ANYONE, MAY_CANCEL, MAY_VIEW, SUBMITS
from pumice.server.api.xmlrpc.registry import method
from pumice.server.api.xmlrpc.signatures import JobId
from pumice.server.jobs import validation
from pumice.server.jobs.queries import legacy_status
from pumice.server.logs import read as log
from pumice.wire.states import JobHealth, JobState


@method("scheduler.submit_job", permission=SUBMITS)
def submit_job(user: Requester, definition: str) -> int | list[str]:
    """Submit a job: the same as scheduler.jobs.submit.

    Arguments
      definition: the job definition, YAML.

    Returns
      The job's number; of a MultiNode group, an array of its jobs' numbers in the group.

    Faults
      400: the definition is wrong, or no device can run it; the text says what and where.

    Example
      scheduler.submit_job("job_name: smoke ...")
    """
    return scheduler_jobs.submitted(user, definition)


@method("scheduler.resubmit_job", permission=SUBMITS)
def resubmit_job(user: Requester, job_id: JobId) -> int | list[str]:
    """Submit a job's definition once more: the same as scheduler.jobs.resubmit.

    Arguments
      job_id: the job's number.

    Returns
      The new job's number; of a MultiNode group, an array of its jobs' numbers in the group.

    Faults
      404: there is no such job.
      403: the caller may not see it, or not its secrets.
      400: no device can run it now.

    Example
      scheduler.resubmit_job(1)
    """
    return scheduler_jobs.resubmit(user, job_id)


@method("scheduler.cancel_job", permission=MAY_CANCEL)
def cancel_job(user: Requester, job_id: JobId) -> bool:
    """Cancel a job: the same as scheduler.jobs.cancel.

    Arguments
      job_id: the job's number.

    Returns
      true.

    Faults
      400: no job was named.
      403: the caller may not see, or not cancel, the job.
      404: there is no such job.

    Example
      scheduler.cancel_job(1)
    """
    return scheduler_jobs.cancel(user, job_id)


@method("scheduler.validate_yaml", permission=ANYONE)
def validate_yaml(user: Requester, yaml_string: str) -> None:
    """Check a job definition as a submission is checked, without its devices.

    Arguments
      yaml_string: the job definition, YAML.

    Faults
      400: the text is not YAML, or no job definition; the text says what and where.

    Example
      scheduler.validate_yaml("job_name: smoke ...")
    """
    try:
        yaml.load(yaml_string)
    except InvalidDocument as error:
        raise Fault(BAD_REQUEST, f"Decoding job submission failed: {error}.") from error
    try:
        validation.parse(yaml_string)
    except InvalidDocument as error:
        raise Fault(BAD_REQUEST, f"Invalid YAML submission: {error}") from error


@method("scheduler.job_output", permission=MAY_VIEW)
def job_output(user: Requester, job_id: JobId, offset: int = 0) -> bytes:
    """Read a job's log from a byte on, also while it runs.

    Arguments
      job_id: the job's number.
      offset: leave out so many bytes.

    Returns
      The rest of the log, as base64.

    Faults
      404: there is no such job, or it has no log yet.
      403: the caller may not see it.
      -32603: the offset is negative.

    Example
      scheduler.job_output(1, 0)
    """
    job = job_to_view(user, job_id)
    if offset < 0:
        raise internal("offset must not be negative")
    lines, size = log.extent(job.pk)
    if not lines:
        raise Fault(NOT_FOUND, "Job output not found.")
    if offset >= size:
        return b""
    return b"".join(log.lines(job.pk))[offset:]


@method("scheduler.job_details", permission=MAY_VIEW)
def job_details(user: Requester, job_id: JobId) -> dict[str, Any]:
    """Show all that is stored of a job, but its secrets and its worker's token.

    Arguments
      job_id: the job's number.

    Returns
      A struct of the job's columns, with the names of state, health and status, the texts of its
      definitions, its metadata, and error_msg, error_type and absolute_url.

    Faults
      404: there is no such job.
      403: the caller may not see it.

    Example
      scheduler.job_details(1)
    """
    job = job_to_view(user, job_id)
    return {
        **job_columns(job),
        "submitter_username": job.submitter.get_username(),
        "submitter_email": job.submitter.email,
        "state": JobState(job.state).label,
        "health": JobHealth(job.health).label,
        "status": legacy_status(job.state, job.health),
        "metadata": job.metadata,
        "error_msg": job.error_msg or None,
        "error_type": job.error_type or None,
        "absolute_url": f"/scheduler/job/{job.display_id}",
    }


@method("scheduler.job_health", permission=MAY_VIEW)
def job_health(user: Requester, job_id: JobId) -> dict[str, Any]:
    """Show how a job ended.

    Arguments
      job_id: the job's number.

    Returns
      A struct: job_id, job_health (Unknown, Complete, Incomplete or Canceled), and sub_id for a
      job of a MultiNode group.

    Faults
      404: there is no such job.
      403: the caller may not see it.

    Example
      scheduler.job_health(1)
    """
    job = job_to_view(user, job_id)
    shown: dict[str, Any] = {"job_id": job.pk, "job_health": JobHealth(job.health).label}
    return {**shown, "sub_id": job.sub_id} if job.sub_id else shown


@method("scheduler.job_state", permission=MAY_VIEW)
def job_state(user: Requester, job_id: JobId) -> dict[str, Any]:
    """Show how far a job is.

    Arguments
      job_id: the job's number.

    Returns
      A struct: job_id, job_state (Submitted, Scheduling, Scheduled, Running, Canceling or
      Finished), and sub_id for a job of a MultiNode group.

    Faults
      404: there is no such job.
      403: the caller may not see it.

    Example
      scheduler.job_state(1)
    """
    job = job_to_view(user, job_id)
    shown: dict[str, Any] = {"job_id": job.pk, "job_state": JobState(job.state).label}
    return {**shown, "sub_id": job.sub_id} if job.sub_id else shown
