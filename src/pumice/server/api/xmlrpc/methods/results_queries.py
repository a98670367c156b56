"""results: jobs, suites and cases by conditions, asked once or saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pumice.server.accounts.authentication import Requester
from pumice.server.accounts.grants import may_everything
from pumice.server.api.xmlrpc.dumps import case_columns, found_job_columns, suite_columns
from pumice.server.api.xmlrpc.faults import (
    BAD_REQUEST,
    FORBIDDEN,
    NOT_FOUND,
    UNAUTHENTICATED,
    Fault,
    internal,
)
from pumice.server.api.xmlrpc.permissions import (
    MAY_REFRESH,
    MAY_USE_QUERY,
    SIGNED_IN,
    SUPERUSERS,
)
from pumice.server.api.xmlrpc.registry import method
from pumice.server.api.xmlrpc.signatures import Name
from pumice.server.reports import queries, refreshing
from pumice.server.reports.conditions import parse
from pumice.server.reports.errors import (
    AskForLess,
    BeingRefreshed,
    CannotRefresh,
    InvalidCondition,
    IsLive,
    NeverRefreshed,
    UnknownField,
)
from pumice.server.reports.fields import ENTITIES, Table
from pumice.server.reports.models import Query
from pumice.server.reports.permissions import may_use

_SHOWN: dict[Table, Callable[[Any], dict[str, Any]]] = {
    Table.JOB: found_job_columns,
    Table.SUITE: suite_columns,
    Table.CASE: case_columns,
}
_LOOK_UP = "Please refer to query docs."


@method("results.make_custom_query", permission=SIGNED_IN)
def make_custom_query(
    user: Requester, entity: Name, conditions: str, limit: int = 200
) -> list[dict[str, Any]]:
    """Find the newest jobs, suites or cases that fit conditions and that the caller may see.

    Arguments
      entity: testjob, testsuite or testcase.
      conditions: with commas between; each is [table__]field[__operator]__value. The table is an
        entity, or namedtestattribute for the metadata of jobs, whose field is the key; without one
        that of the condition before counts. Operators: exact (where none is written), iexact, ne,
        icontains, gt, lt. Values are names and labels as people read them: alice, qemu-01,
        Incomplete, High, Test failed. Nothing: all fit.
      limit: find so many at most, and never more than 1000.

    Returns
      An array of structs: the columns of each.

    Faults
      400: there is no such entity or field.
      -32603: a condition cannot be read, or its table, operator or value cannot be used; or the
        answer would become too large or take too long.

    Example
      results.make_custom_query("testjob", "submitter__alice,health__exact__Incomplete", 20)
    """
    if entity not in ENTITIES:
        raise Fault(BAD_REQUEST, f"Wrong table name in entity parameter. {_LOOK_UP}")
    table = Table(str(entity))
    try:
        wanted = parse(table, conditions)
        found = queries.found(user, table, wanted, _checked(limit))
        return queries.read(found, _SHOWN[table])
    except UnknownField as error:
        raise Fault(
            BAD_REQUEST, f"Conditions URL incorrect: Field does not exist. {_LOOK_UP} {error}"
        ) from error
    except (InvalidCondition, AskForLess) as error:
        raise internal(error) from error


@method("results.run_query", permission=MAY_USE_QUERY)
def run_query(
    user: Requester, query_name: Name, limit: int = 200, username: Name = None
) -> list[dict[str, Any]]:
    """Find what a saved query lists, as far as the caller may see it, the newest first.

    Arguments
      query_name: the query's name.
      limit: find so many at most, and never more than 1000.
      username: the query's owner; nil: the caller.

    Returns
      An array of structs, as make_custom_query returns. Those of a cached query are as they were
      when it was refreshed.

    Faults
      403: the caller may not use the query.
      404: the owner has no query of the name.
      -32603: the query is cached and was never refreshed; or the answer would become too large or
        take too long.

    Example
      results.run_query("failed on qemu", 20)
    """
    query = _query(user, query_name, username, NOT_FOUND, FORBIDDEN)
    try:
        found = queries.results(user, query, _checked(limit))
        return queries.read(found, _SHOWN[Table(query.entity)])
    except (NeverRefreshed, InvalidCondition, AskForLess) as error:
        raise internal(error) from error


@method("results.refresh_query", permission=MAY_REFRESH)
def refresh_query(user: Requester, query_name: Name, username: Name = None) -> None:
    """Read the results of a cached query anew.

    Arguments
      query_name: the query's name.
      username: the query's owner; nil: the caller.

    Faults
      400: the owner has no query of the name; it is live; or it is being refreshed now.
      401: the caller may not use the query, or its results could not be read.

    Example
      results.refresh_query("failed on qemu")
    """
    query = _query(user, query_name, username, BAD_REQUEST, UNAUTHENTICATED)
    try:
        refreshing.refresh(query)
    except IsLive as error:
        raise Fault(
            BAD_REQUEST, f"Query {query_name} cannot be refreshed since it's a live query."
        ) from error
    except BeingRefreshed as error:
        raise Fault(BAD_REQUEST, f"Query {query_name} was recently refreshed.") from error
    except CannotRefresh as error:
        raise Fault(UNAUTHENTICATED, f"Query refresh failed: {error}") from error


@method("results.refresh_all_queries", permission=SUPERUSERS)
def refresh_all_queries(user: Requester) -> None:
    """Read the results of all cached queries anew, but for those that are being refreshed.

    Faults
      401: the caller is no superuser.

    Example
      results.refresh_all_queries()
    """
    if not may_everything(user):
        raise Fault(
            UNAUTHENTICATED,
            f"Permission denied for user {user.get_username()}. Must be a superuser to refresh all"
            " queries.",
        )
    refreshing.refresh_all()


def _query(user: Requester, name: object, username: object, missing: int, denied: int) -> Query:
    owner = user.get_username() if username is None else str(username)
    query = queries.named(owner, str(name))
    if query is None:
        raise Fault(missing, f"Query with name {name} owned by user {owner} does not exist.")
    if not may_use(user, query):
        raise Fault(denied, f"Permission denied for user to query {name}")
    return query


def _checked(limit: int) -> int:
    if limit < 0:
        raise internal("limit must not be negative")
    return limit
