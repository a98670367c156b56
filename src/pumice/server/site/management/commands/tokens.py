"""``pumice manage tokens``."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from pumice.server.accounts import queries, revoking, tokens
from pumice.server.accounts.models import Scope, Token
from pumice.server.site.management.command import Given, LabCommand, Subcommands
from pumice.server.site.management.finding import find

_COLUMNS = ("id", "description", "scope", "created_on", "last_used_on", "expires_on")
_MAX_DAYS = 36_500


class Command(LabCommand):
    """``tokens``: by which programs sign in as people."""

    help = "Manage the tokens of users"

    def add_arguments(self, parser: CommandParser) -> None:
        """``add``, ``list``, ``rm``."""
        commands = Subcommands(parser)
        add = commands.add("add", self._add, "Make a token and print its secret")
        add.add_argument("-u", "--user", metavar="USER", required=True)
        add.add_argument("-d", "--description", default="")
        add.add_argument("--secret", help="the secret, where it must be a certain one")
        listing = commands.add("list", self._list, "List a user's tokens; secrets are not shown")
        listing.add_argument("-u", "--user", metavar="USER", required=True)
        listing.add_argument("--csv", action="store_true", help="as comma-separated values")
        remove = commands.add("rm", self._remove, "Delete a token, or those that nobody uses")
        which = remove.add_mutually_exclusive_group()
        which.add_argument("--token", metavar="SECRET", help="the token with this secret")
        which.add_argument(
            "-n",
            "--days",
            type=int,
            default=730,
            metavar="DAYS",
            help="those not used for so many days, after a question; default: %(default)s",
        )

    def _add(self, given: Given) -> None:
        user = find(User, given.user)
        if given.secret is not None:
            if not given.secret.isprintable() or not given.secret:
                raise CommandError("a secret has one or more characters, and no control character")
            if revoking.with_secret(given.secret) is not None:
                raise CommandError("there is a token with this secret already")
        _, secret = tokens.issue(None, user, given.description, given.secret)
        self.say(secret)

    def _list(self, given: Given) -> None:
        user = find(User, given.user)
        rows = [_row(token) for token in queries.tokens_of(user)]
        if given.csv:
            self.print_csv(_COLUMNS, rows)
            return
        self.list_items(
            f"Tokens of {user.get_username()}:",
            (f"{row[0]} ({row[2]}, last used {row[4] or 'never'}) {row[1]}" for row in rows),
        )

    def _remove(self, given: Given) -> None:
        if given.token is not None:
            token = revoking.with_secret(given.token)
            if token is None:
                raise CommandError("there is no token with this secret")
            revoking.take(None, token, "deleted by its secret")
            return
        if not 1 <= given.days <= _MAX_DAYS:
            raise CommandError(f"the days are a number from 1 to {_MAX_DAYS}")
        found = list(revoking.unused_since(timezone.now() - timedelta(days=given.days)))
        for token in found:
            self.say(f"* {token.user.get_username()}: {token.pk} {token.description}")
        if found:
            self.confirm(f"Delete these {len(found)} tokens?")
        reason = f"not used for {given.days} days"
        self.say(f"Tokens: {sum(revoking.take(None, token, reason) for token in found)}")


def _row(token: Token) -> tuple[object, ...]:
    return (
        token.pk,
        token.description,
        Scope(token.scope).label,
        *(when and when.isoformat(timespec="seconds") for when in _times(token)),
    )


def _times(token: Token) -> tuple[datetime | None, ...]:
    return token.created_on, token.last_used_on, token.expires_on
