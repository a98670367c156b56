"""Which jobs a sub-command of ``jobs`` is about, and how fast it goes through them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from django.contrib.auth.models import User
from django.core.management.base import CommandParser
from django.db.models import QuerySet
from django.utils import timezone

from pumice.server.jobs.models import Job
from pumice.server.site.management.command import Given
from pumice.server.site.management.finding import age, find

_T = TypeVar("_T")
_AT_ONCE, _PAUSE_SECONDS = 100, 2


def add_submitter(parser: CommandParser) -> None:
    """``--submitter``."""
    parser.add_argument("--submitter", metavar="USER", help="only jobs of this user")


def add_newer(parser: CommandParser, default: str | None = None) -> None:
    """``--newer-than``."""
    parser.add_argument(
        "--newer-than",
        metavar="AGE",
        type=age,
        default=default,
        help="only jobs submitted since, such as 12h or 7d",
    )


def add_older(parser: CommandParser) -> None:
    """``--older-than``."""
    parser.add_argument(
        "--older-than", metavar="AGE", type=age, help="only jobs that ended before, such as 30d"
    )


def add_dry_run(parser: CommandParser) -> None:
    """``--dry-run``."""
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")


def add_slow(parser: CommandParser) -> None:
    """``--slow``."""
    parser.add_argument(
        "--slow",
        action="store_true",
        help=f"pause for {_PAUSE_SECONDS} seconds after each {_AT_ONCE} jobs, for the site's sake",
    )


def chosen(given: Given) -> QuerySet[Job]:
    """The jobs that fit the arguments that the sub-command has, by their ids."""
    jobs, now = Job.objects.order_by("pk"), timezone.now()
    if getattr(given, "newer_than", None) is not None:
        jobs = jobs.filter(submit_time__gte=now - given.newer_than)
    if getattr(given, "older_than", None) is not None:
        jobs = jobs.filter(end_time__lt=now - given.older_than)
    if given.submitter is not None:
        jobs = jobs.filter(submitter=find(User, given.submitter))
    return jobs


def paced(items: Iterable[_T], given: Given) -> Iterator[_T]:
    """The items, with a pause after some of them where it is asked for."""
    for number, item in enumerate(items):
        if given.slow and number and number % _AT_ONCE == 0:
            time.sleep(_PAUSE_SECONDS)
        yield item
