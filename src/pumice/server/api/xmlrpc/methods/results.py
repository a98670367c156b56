"""results: what the tests of a job found."""

from __future__ import annotations

from pumice.server.accounts.authentication import Requester
from pumice.server.api.xmlrpc.faults import BAD_REQUEST, NOT_FOUND, UNAUTHENTICATED, Fault
from pumice.server.api.xmlrpc.permissions import MAY_VIEW_SIGNED_IN
from pumice.server.api.xmlrpc.registry import method
from pumice.server.api.xmlrpc.signatures import JobId, Name
from pumice.server.jobs import queries as jobs
from pumice.server.jobs.models import Job
from pumice.server.jobs.permissions import may_view
from pumice.server.results import exports, queries

_MAX_ROWS = 2**31


@method("results.get_testjob_results_yaml", permission=MAY_VIEW_SIGNED_IN)
def get_testjob_results_yaml(user: Requester, job_id: JobId) -> str:
    """Read the results of a job: the cases of all its suites.

    Arguments
      job_id: the job's number.

    Returns
      A YAML list of maps: name, job, suite, result (pass, fail, skip or unknown), measurement,
      unit, level, url, id, logged, log_start_line, log_end_line, metadata.

    Faults
      400: no job was named.
      401: the call needs a user and a token, or the user may not see the job.
      404: there is no such job.
    """
    return exports.cases_yaml(queries.cases_of(_job(user, job_id)))


@method("results.get_testjob_suites_list_yaml", permission=MAY_VIEW_SIGNED_IN)
def get_testjob_suites_list_yaml(user: Requester, job_id: JobId) -> str:
    """List the suites of a job.

    Arguments
      job_id: the job's number.

    Returns
      A YAML list of maps: name, job, id.

    Faults
      400: no job was named.
      401: the call needs a user and a token, or the user may not see the job.
      404: there is no such job.
    """
    return exports.suites_yaml(queries.suites_of(_job(user, job_id)))


@method("results.get_testsuite_results_yaml", permission=MAY_VIEW_SIGNED_IN)
def get_testsuite_results_yaml(
    user: Requester,
    job_id: JobId,
    suite_name: Name,
    limit: int | None = None,
    offset: int | None = None,
) -> str:
    """Read the results of one suite of a job.

    Arguments
      job_id: the job's number.
      suite_name: the suite's name.
      limit: read so many cases; nil or 0: all.
      offset: leave out so many cases; counts only with a limit.

    Returns
      A YAML list of maps, as get_testjob_results_yaml returns.

    Faults
      400: no job was named.
      401: the call needs a user and a token, or the user may not see the job.
      404: there is no such job or suite.
    """
    suite = queries.suite_of(_job(user, job_id), str(suite_name))
    if suite is None:
        raise Fault(NOT_FOUND, "Specified test suite not found.")
    cases = queries.cases_of_suite(suite)
    if limit:
        first = min(offset or 0, _MAX_ROWS)
        if limit < 0 or first < 0:
            cases = cases.none()
        else:
            cases = cases[first : first + min(limit, _MAX_ROWS)]
    return exports.cases_yaml(cases)


def _job(user: Requester, job_id: object) -> Job:
    if not job_id:
        raise Fault(BAD_REQUEST, "Bad request: TestJob id was not specified.")
    job = jobs.find(job_id)
    if job is None:
        raise Fault(NOT_FOUND, "Specified job not found.")
    if not may_view(user, job):
        raise Fault(UNAUTHENTICATED, f"Permission denied for user to job {job_id}")
    return job
