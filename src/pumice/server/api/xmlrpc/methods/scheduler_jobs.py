"""scheduler.jobs: submit, list, read and cancel jobs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, TypeVar, cast

from django.contrib.auth.models import User

from pumice.formats import yaml
from pumice.formats.errors import InvalidDocument, Path
from pumice.server.accounts.authentication import Requester
from pumice.server.api.xmlrpc.faults import BAD_REQUEST, FORBIDDEN, NOT_FOUND, Fault, internal
from pumice.server.api.xmlrpc.lookups import caller, job_to_view, seen
from pumice.server.api.xmlrpc.permissions import (
    ANYONE,
    LISTS_VISIBLE,
    MAY_CANCEL,
    MAY_VIEW,
    SUBMITS,
    shows_secrets,
)
from pumice.server.api.xmlrpc.registry import method
from pumice.server.api.xmlrpc.signatures import Anything, JobId
from pumice.server.jobs import queries, secrets, validation
from pumice.server.jobs.groups import jobs_of_group
from pumice.server.jobs.models import Job
from pumice.server.jobs.permissions import may_cancel, may_read_secrets
from pumice.server.jobs.submission import SubmissionError
from pumice.server.jobs.submission import submit as submit_job
from pumice.server.lifecycle.cancel import CANCELABLE, cancel_for
from pumice.server.logs import read as log
from pumice.wire.states import JobHealth, JobState, Labelled

MAX_ROWS = 100
"""Jobs that one call lists."""

_MAX_START = 2**31
_MAX_MINUTES = 60 * 24 * 366 * 50
_NO_LOG = b"[]"
_GIVEN = ("job.yaml", "device.yaml", "dispatcher.yaml", "env.yaml", "env-dut.yaml")
_STATES = {member.value: member.label for member in JobState}
_HEALTHS = {member.value: member.label for member in JobHealth}
_BRIEF = (
    "id",
    "description",
    "requested_device_type_id",
    "health",
    "state",
    "submitter__username",
    "sub_id",
)
_VERBOSE = ("actual_device_id", "start_time", "end_time", "error_msg", "error_type")
Choice = TypeVar("Choice", bound=Labelled)


@method("scheduler.jobs.submit", permission=SUBMITS)
def submit(user: Requester, definition: str) -> int | list[str]:
    """Submit a job, or a MultiNode group of jobs.

    Arguments
      definition: the job definition, YAML.

    Returns
      The job's number; of a group, an array of its jobs' numbers in the group, such as "7.0".

    Faults
      400: the definition is wrong, or no device can run it; the text says what and where.
      401: the call needs a user and a token.

    Example
      scheduler.jobs.submit("job_name: smoke ...")
    """
    return submitted(user, definition)


def submitted(user: Requester, definition: str) -> int | list[str]:
    """Submit a job or a group for a caller who is signed in. Raises Fault 400."""
    try:
        job = submit_job(cast("User", user), definition)
    except SubmissionError as error:
        raise Fault(BAD_REQUEST, str(error)) from error
    if job.target_group is None:
        return job.pk
    return list(jobs_of_group(job).values_list("sub_id", flat=True))


@method("scheduler.jobs.validate", permission=ANYONE)
def validate(user: Requester, definition: str, strict: bool = False) -> dict[str, str]:
    """Check a job definition without submitting it.

    Arguments
      definition: the job definition, YAML.
      strict: also refuse keys that are not known.

    Returns
      An empty struct for a valid definition; else a struct of path (where the first error is)
      and msg (what it is).

    Faults
      -32603: the definition is not YAML.

    Example
      scheduler.jobs.validate("job_name: smoke ...", true)
    """
    problems = validation.check(definition, strict=strict)
    if not problems:
        return {}
    if not problems[0].path:
        _must_be_yaml(definition)
    return {"path": _path(problems[0].path), "msg": problems[0].message}


def _must_be_yaml(definition: str) -> None:
    try:
        yaml.load(definition)
    except InvalidDocument as error:
        raise internal(error) from error


def _path(path: Path) -> str:
    """The path as LAVA writes it: ``['actions[1]', 'boot', 'prompts']``."""
    parts: list[str] = []
    for part in path:
        if isinstance(part, int) and parts:
            parts[-1] += f"[{part}]"
        else:
            parts.append(str(part))
    return str(parts)


@method("scheduler.jobs.list", permission=LISTS_VISIBLE)
def list_jobs(
    user: Requester,
    state: Anything = None,
    health: Anything = None,
    start: int = 0,
    limit: int = 25,
    since: int = 0,
    verbose: bool = False,
    duration_at_least: int | None = None,
) -> list[dict[str, Any]]:
    """List jobs, newest first.

    Arguments
      state: only jobs in this state: Submitted, Scheduling, Scheduled, Running, Canceling or
        Finished, in any case.
      health: only jobs with this health: Unknown, Complete, Incomplete or Canceled.
      start: leave out so many jobs.
      limit: list so many jobs, at most 100.
      since: only jobs that ended in the last so many minutes; 0: all.
      verbose: list more of each job.
      duration_at_least: only jobs that ran, or have been running, for more than so many minutes.

    Returns
      An array of structs: id, description, device_type, health, state, submitter; with verbose
      also actual_device, start_time, end_time, error_msg, error_type.

    Faults
      400: there is no such state or health.

    Example
      scheduler.jobs.list("FINISHED", "INCOMPLETE", 0, 10, 60, true)
    """
    jobs = queries.matching(
        user,
        state=_choice(JobState, "state", state),
        health=_choice(JobHealth, "health", health),
        ended_within=_minutes(since),
        longer_than=_minutes(duration_at_least),
    )
    columns = (*_BRIEF, *_VERBOSE) if verbose else _BRIEF
    return [_row(row) for row in _page(jobs.values_list(*columns), start, limit)]


def _row(row: tuple[Any, ...]) -> dict[str, Any]:
    pk, description, device_type, health, state, submitter, sub_id, *more = row
    shown = {
        "id": sub_id or pk,
        "description": description,
        "device_type": device_type,
        "health": _HEALTHS[health],
        "state": _STATES[state],
        "submitter": submitter,
    }
    if more:
        device, started, ended, message, kind = more
        shown["actual_device"] = device
        shown["start_time"] = str(started) if started else None
        shown["end_time"] = str(ended) if ended else None
        shown["error_msg"] = message or None
        shown["error_type"] = kind or None
    return shown


def _choice(kind: type[Choice], what: str, value: object) -> Choice | None:
    if value is None:
        return None
    for member in kind:
        if isinstance(value, str) and value.upper() == member.name:
            return member
    raise Fault(BAD_REQUEST, f"Invalid {what} '{value}'")


def _minutes(number: int | None) -> timedelta | None:
    return timedelta(minutes=min(number, _MAX_MINUTES)) if number else None


def _page(rows: Any, start: int, limit: int) -> Iterable[tuple[Any, ...]]:
    if limit < 0:
        raise internal("limit must not be negative")
    start = min(max(start, 0), _MAX_START)
    return rows[start : start + min(limit, MAX_ROWS)]


@method("scheduler.jobs.queue", permission=LISTS_VISIBLE)
def queue(
    user: Requester, device_types: list[Any] | None = None, start: int = 0, limit: int = 25
) -> list[dict[str, Any]]:
    """List the jobs that wait for a device, newest first.

    Arguments
      device_types: only jobs for these device types; nil: for any.
      start: leave out so many jobs.
      limit: list so many jobs, at most 100.

    Returns
      An array of structs: id, description, requested_device_type, submitter.

    Example
      scheduler.jobs.queue(["qemu"])
    """
    wanted = None if device_types is None else [str(name) for name in device_types]
    columns = ("id", "sub_id", "description", "requested_device_type_id", "submitter__username")
    rows = _page(queries.queued_for(user, wanted).values_list(*columns), start, limit)
    keys = ("id", "description", "requested_device_type", "submitter")
    return [dict(zip(keys, (sub_id or pk, *row), strict=True)) for pk, sub_id, *row in rows]


@method("scheduler.jobs.show", permission=MAY_VIEW)
def show(user: Requester, job_id: JobId) -> dict[str, Any]:
    """Show a job.

    Arguments
      job_id: the job's number.

    Returns
      A struct: id, description, device (nil until one is assigned), device_type, health_check,
      pipeline (always true), health, state, submitter, submit_time, start_time, end_time (times
      in UTC), tags, visibility, failure_comment, error_msg, error_type.

    Faults
      404: there is no such job.
      403: the caller may not see it.

    Example
      scheduler.jobs.show(1)
    """
    job = seen(user, job_id, queries.shown(job_id))
    tags, groups = queries.labels(job)
    return {
        "id": job.display_id,
        "description": job.description,
        "device": job.actual_device_id,
        "device_type": job.requested_device_type_id,
        "health_check": job.health_check,
        "pipeline": True,
        "health": _HEALTHS[job.health],
        "state": _STATES[job.state],
        "submitter": job.submitter.get_username(),
        "submit_time": job.submit_time,
        "start_time": job.start_time,
        "end_time": job.end_time,
        "tags": tags,
        "visibility": _visibility(job, groups),
        "failure_comment": job.failure_comment or None,
        "error_msg": job.error_msg or None,
        "error_type": job.error_type or None,
    }


def _visibility(job: Job, groups: list[str]) -> str:
    if groups:
        return f"Group ({', '.join(groups)})"
    return "Public" if job.is_public else "Personal"


@method("scheduler.jobs.definition", permission=MAY_VIEW)
def definition(user: Requester, job_id: JobId) -> str:
    """Show the definition of a job as it was submitted; of a MultiNode job, that of its group.

    The values of its secrets are shown only to those who may change the job, and to no token for
    less than everything.

    Arguments
      job_id: the job's number.

    Returns
      The definition, YAML.

    Faults
      404: there is no such job.
      403: the caller may not see it.

    Example
      scheduler.jobs.definition(1)
    """
    job = job_to_view(user, job_id)
    if may_read_secrets(user, job) and shows_secrets(user):
        return secrets.full_definition(job)
    return secrets.masked_definition(job)


@method("scheduler.jobs.resubmit", permission=SUBMITS)
def resubmit(user: Requester, job_id: JobId) -> int | list[str]:
    """Submit a job's definition once more, for oneself; of a MultiNode job, that of its group.

    Its secrets go with it, so that only those who may change it can submit it where it has any:
    they are shown to whoever submits.

    Arguments
      job_id: the job's number.

    Returns
      The new job's number; of a group, an array of its jobs' numbers in the group.

    Faults
      404: there is no such job.
      403: the caller may not see it, or not its secrets.
      400: no device can run it now.

    Example
      scheduler.jobs.resubmit(1)
    """
    job = job_to_view(user, job_id)
    if job.sealed_definition and not may_read_secrets(user, job):
        raise Fault(
            FORBIDDEN,
            f"Job '{job_id}' has secrets: only those who may change it can submit it again.",
        )
    return submitted(user, secrets.full_definition(job))


@method("scheduler.jobs.configuration", permission=MAY_VIEW)
def configuration(user: Requester, job_id: JobId) -> tuple[bytes | None, ...]:
    """Show what the job's worker was given.

    Arguments
      job_id: the job's number.

    Returns
      An array of five, each base64 or nil: the definition, the device's configuration, the
      worker's dispatcher.yaml, env.yaml and env-dut.yaml.

    Faults
      404: there is no such job, or it has not started yet.
      403: the caller may not see it.

    Example
      scheduler.jobs.configuration(1)
    """
    job = job_to_view(user, job_id)
    if job.state not in (JobState.RUNNING, JobState.CANCELING, JobState.FINISHED):
        raise Fault(NOT_FOUND, f"Job '{job_id}' has not started yet")
    texts = queries.documents(job, _GIVEN)
    found = (texts.get(name) for name in _GIVEN)
    return tuple(text.encode() if text is not None else None for text in found)


@method("scheduler.jobs.logs", permission=MAY_VIEW)
def logs(
    user: Requester, job_id: JobId, start: int = 0, end: int | None = None
) -> tuple[bool, bytes]:
    """Read the log of a job, whole or in part, also while it runs.

    Arguments
      job_id: the job's number.
      start: the first line wanted, from 0.
      end: the line before which to stop; nil: read to the end.

    Returns
      An array of two: whether the job has finished, and the lines as base64. Each line is an
      item of a YAML list: a map of dt, lvl and msg.

    Faults
      404: there is no such job.
      403: the caller may not see it.

    Example
      scheduler.jobs.logs(1, 0, 100)
    """
    job = job_to_view(user, job_id)
    finished = job.state == JobState.FINISHED  # read before the lines, so that true means all
    if start < 0 or not log.count(job.pk):
        return finished, _NO_LOG
    return finished, b"".join(log.lines(job.pk, start, end))


@method("scheduler.jobs.cancel", permission=MAY_CANCEL)
def cancel(user: Requester, job_id: JobId) -> bool:
    """Cancel a job. One that has ended, or is about to, stays as it is.

    Arguments
      job_id: the job's number.

    Returns
      true.

    Faults
      400: no job was named.
      401: the call needs a user and a token.
      403: the caller may not see, or not cancel, the job.
      404: there is no such job.

    Example
      scheduler.jobs.cancel(1)
    """
    if not job_id:
        raise Fault(BAD_REQUEST, "Bad request: TestJob id was not specified.")
    job = job_to_view(user, job_id)
    if job.state in CANCELABLE:
        if not may_cancel(user, job):
            raise Fault(FORBIDDEN, "Permission denied.")
        cancel_for(caller(user), job)
    return True
