"""``pumice manage refresh_queries``."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from pumice.server.reports.models import Query

Save = Callable[..., Query]


def refresh(*arguments: str) -> tuple[list[str], str]:
    """The lines that are printed, and the message with which the command fails."""
    out = StringIO()
    try:
        call_command("refresh_queries", *arguments, stdout=out)
    except CommandError as error:
        return out.getvalue().splitlines(), str(error)
    return out.getvalue().splitlines(), ""


@pytest.fixture
def saved(alice: User, bob: User, save: Save) -> list[Query]:
    return [
        save(alice, "mine", live=False),
        save(alice, "ours", live=False),
        save(bob, "ours", live=False),
        save(bob, "live"),
    ]


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (("--all",), ["* alice/mine", "* alice/ours", "* bob/ours"]),
        (("--name", "ours"), ["* alice/ours", "* bob/ours"]),
        (("--username", "bob"), ["* bob/ours"]),
        (("--name", "ours", "--username", "alice"), ["* alice/ours"]),
    ],
)
def test_the_queries_that_are_meant_are_refreshed(
    saved: list[Query], arguments: tuple[str, ...], lines: list[str]
) -> None:
    assert refresh(*arguments) == (lines, "")
    fresh = Query.objects.exclude(refreshed_on=None).order_by("owner__username", "name")
    assert [f"* {query.owner.username}/{query.name}" for query in fresh] == lines


def test_a_live_query_cannot_be_refreshed(saved: list[Query]) -> None:
    (line,), failure = refresh("--name", "live")
    assert line.startswith("* bob/live [FAIL] the query live is live")
    assert failure == "queries that were not refreshed: 1"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((), "say which queries"),
        (("--all", "--name", "ours"), "say which queries"),
        (("--name", "nothing"), "there is no query 'nothing'"),
        (("--username", "nobody"), "there is no user 'nobody'"),
    ],
)
def test_what_is_not_there_is_refused(
    saved: list[Query], arguments: tuple[str, ...], reason: str
) -> None:
    lines, failure = refresh(*arguments)
    assert lines == []
    assert reason in failure
