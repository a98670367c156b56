"""results: what the tests of a job found."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet

from pumice.server.accounts.authentication import Requester
from pumice.server.api.xmlrpc.faults import BAD_REQUEST, NOT_FOUND, UNAUTHENTICATED, Fault
from pumice.server.api.xmlrpc.permissions import MAY_VIEW_SIGNED_IN
from pumice.server.api.xmlrpc.registry import method
from pumice.server.api.xmlrpc.signatures import JobId, Name
from pumice.server.jobs import queries as jobs
from pumice.server.jobs.models import Job
from pumice.server.jobs.permissions import may_view
from pumice.server.results import exports, queries
from pumice.server.results.models import Case, Suite

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

    Example
      results.get_testjob_results_yaml(1)
    """
    return exports.cases_yaml(queries.cases_of(_job(user, job_id)))


@method("results.get_testjob_results_csv", permission=MAY_VIEW_SIGNED_IN)
def get_testjob_results_csv(user: Requester, job_id: JobId) -> str:
    """Read the results of a job as CSV: the cases of all its suites.

    Arguments
      job_id: the job's number.

    Returns
      CSV, every field in quotes, below a line with the columns: job, suite, result, measurement,
      unit, duration, timeout (both always empty), logged, level, metadata, url, name, id,
      log_start_line, log_end_line.

    Faults
      400: no job was named.
      401: the call needs a user and a token, or the user may not see the job.
      404: there is no such job.

    Example
      results.get_testjob_results_csv(1)
    """
    return exports.cases_csv(queries.cases_of(_job(user, job_id)))


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

    Example
      results.get_testjob_suites_list_yaml(1)
    """
    return exports.suites_yaml(queries.suites_of(_job(user, job_id)))


@method("results.get_testjob_suites_list_csv", permission=MAY_VIEW_SIGNED_IN)
def get_testjob_suites_list_csv(user: Requester, job_id: JobId) -> str:
    """List the suites of a job as CSV.

    Arguments
      job_id: the job's number.

    Returns
      CSV, every field in quotes, below a line with the columns: name, job, id.

    Faults
      400: no job was named.
      401: the call needs a user and a token, or the user may not see the job.
      404: there is no such job.

    Example
      results.get_testjob_suites_list_csv(1)
    """
    return exports.suites_csv(queries.suites_of(_job(user, job_id)))


@method("results.get_testjob_metadata", permission=MAY_VIEW_SIGNED_IN)
def get_testjob_metadata(user: Requester, job_id: JobId) -> list[dict[str, str]]:
    """Read the metadata that a job was submitted with.

    Arguments
      job_id: the job's number.

    Returns
      An array of structs of one key each. Every value is text; lists and maps read as Python
      writes them. Short keys come first.

    Faults
      400: no job was named.
      401: the call needs a user and a token, or the user may not see the job.
      404: there is no such job.

    Example
      results.get_testjob_metadata(1)
    """
    return exports.metadata_records(_job(user, job_id, jobs.find).metadata)


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

    Example
      results.get_testsuite_results_yaml(1, "lava")
    """
    return exports.cases_yaml(_page(_suite(user, job_id, suite_name), limit, offset))


@method("results.get_testsuite_results_csv", permission=MAY_VIEW_SIGNED_IN)
def get_testsuite_results_csv(
    user: Requester,
    job_id: JobId,
    suite_name: Name,
    limit: int | None = None,
    offset: int | None = None,
) -> str:
    """Read the results of one suite of a job as CSV.

    Arguments
      job_id: the job's number.
      suite_name: the suite's name.
      limit: read so many cases; nil or 0: all.
      offset: leave out so many cases; counts only with a limit.

    Returns
      CSV, as get_testjob_results_csv returns.

    Faults
      400: no job was named.
      401: the call needs a user and a token, or the user may not see the job.
      404: there is no such job or suite.

    Example
      results.get_testsuite_results_csv(1, "lava", 100)
    """
    return exports.cases_csv(_page(_suite(user, job_id, suite_name), limit, offset))


@method("results.get_testsuite_results_count", permission=MAY_VIEW_SIGNED_IN)
def get_testsuite_results_count(user: Requester, job_id: JobId, suite_name: Name) -> int:
    """Count the cases of one suite of a job.

    Arguments
      job_id: the job's number.
      suite_name: the suite's name.

    Returns
      How many there are.

    Faults
      400: no job was named.
      401: the call needs a user and a token, or the user may not see the job.
      404: there is no such job or suite.

    Example
      results.get_testsuite_results_count(1, "lava")
    """
    return queries.cases_of_suite(_suite(user, job_id, suite_name)).count()


@method("results.get_testcase_results_yaml", permission=MAY_VIEW_SIGNED_IN)
def get_testcase_results_yaml(
    user: Requester, job_id: JobId, suite_name: Name, case_name: Name
) -> str:
    """Read the results of the cases of a suite that have one name.

    Arguments
      job_id: the job's number.
      suite_name: the suite's name.
      case_name: the name of the case.

    Returns
      A YAML list of maps, as get_testjob_results_yaml returns; an empty one
      where no case has the name.

    Faults
      400: no job was named.
      401: the call needs a user and a token, or the user may not see the job.
      404: there is no such job or suite.

    Example
      results.get_testcase_results_yaml(1, "lava", "job")
    """
    return exports.cases_yaml(_cases(user, job_id, suite_name, case_name))


@method("results.get_testcase_results_csv", permission=MAY_VIEW_SIGNED_IN)
def get_testcase_results_csv(
    user: Requester, job_id: JobId, suite_name: Name, case_name: Name
) -> str:
    """Read the results of the cases of a suite that have one name as CSV.

    Arguments
      job_id: the job's number.
      suite_name: the suite's name.
      case_name: the name of the case.

    Returns
      CSV, as get_testjob_results_csv returns.

    Faults
      400: no job was named.
      401: the call needs a user and a token, or the user may not see the job.
      404: there is no such job, suite or case.

    Example
      results.get_testcase_results_csv(1, "lava", "job")
    """
    cases = _cases(user, job_id, suite_name, case_name)
    if not cases.exists():
        raise Fault(NOT_FOUND, "Specified test case not found.")
    return exports.cases_csv(cases)


def _job(user: Requester, job_id: object, read: Callable[[object], Job | None] = jobs.shown) -> Job:
    if not job_id:
        raise Fault(BAD_REQUEST, "Bad request: TestJob id was not specified.")
    job = read(job_id)
    if job is None:
        raise Fault(NOT_FOUND, "Specified job not found.")
    if not may_view(user, job):
        raise Fault(UNAUTHENTICATED, f"Permission denied for user to job {job_id}")
    return job


def _suite(user: Requester, job_id: object, name: object) -> Suite:
    suite = queries.suite_of(_job(user, job_id), str(name))
    if suite is None:
        raise Fault(NOT_FOUND, "Specified test suite not found.")
    return suite


def _cases(user: Requester, job_id: object, suite_name: object, name: object) -> QuerySet[Case]:
    return queries.cases_named(_suite(user, job_id, suite_name), str(name))


def _page(suite: Suite, limit: int | None, offset: int | None) -> QuerySet[Case]:
    cases = queries.cases_of_suite(suite)
    if not limit:
        return cases
    first = min(offset or 0, _MAX_ROWS)
    if limit < 0 or first < 0:
        return cases.none()
    return cases[first : first + min(limit, _MAX_ROWS)]
