"""``pumice manage refresh_queries``."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.core.management.base import CommandError, CommandParser

from pumice.server.database.texts import storable
from pumice.server.reports import refreshing
from pumice.server.reports.errors import CannotRefresh
from pumice.server.reports.models import Query
from pumice.server.site.management.command import Given, LabCommand, calls
from pumice.server.site.management.finding import find


class Command(LabCommand):
    """``refresh_queries``: cached queries find what there is now."""

    help = "Read the results of cached queries anew"

    def add_arguments(self, parser: CommandParser) -> None:
        """``--name``, ``--username``, ``--all``."""
        parser.add_argument("--name", help="only queries of this name")
        parser.add_argument("--username", metavar="USER", help="only queries of this user")
        parser.add_argument("--all", action="store_true", help="all cached queries")
        calls(parser, self._refresh)

    def _refresh(self, given: Given) -> None:
        if given.all == bool(given.name or given.username):
            raise CommandError("say which queries: --name, --username or both; or else --all")
        found = Query.objects.select_related("owner").order_by("owner__username", "name")
        if given.username:
            found = found.filter(owner=find(User, given.username))
        wanted = {"name": storable(given.name)} if given.name else {"live": False}
        queries = list(found.filter(**wanted))
        if given.name and not queries:
            raise CommandError(f"there is no query {given.name!r}")
        refused = 0
        for query in queries:
            called = f"* {query.owner.get_username()}/{query.name}"
            try:
                refreshing.refresh(query)
            except CannotRefresh as error:
                self.say(f"{called} [FAIL] {error}")
                refused += 1
            else:
                self.say(called)
        if refused:
            raise CommandError(f"queries that were not refreshed: {refused}")
