"""``pumice manage users``."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.core.management.base import CommandParser

from pumice.server.accounts import people
from pumice.server.secrets import sealing
from pumice.server.site.management.command import Given, LabCommand, Subcommands
from pumice.server.site.management.finding import find

_COLUMNS = ("username", "fullname", "email", "is_active", "is_staff", "is_superuser")
_FLAGS = ("active", "staff", "superuser")
_PASSWORD_LENGTH = 20


class Command(LabCommand):
    """``users``: the people and programs that sign in."""

    help = "Manage users"

    def add_arguments(self, parser: CommandParser) -> None:
        """``add``, ``update``, ``details``, ``list``."""
        commands = Subcommands(parser)
        add = commands.add(
            "add", self._add, "Add a user; without --passwd a random password is printed"
        )
        add.add_argument("--staff", action="store_true", help="may use the admin pages")
        add.add_argument("--superuser", action="store_true", help="may do everything")
        update = commands.add("update", self._update, "Change a user")
        for flag in _FLAGS:
            either = update.add_mutually_exclusive_group()
            either.add_argument(f"--{flag}", action="store_true", default=None, dest=flag)
            either.add_argument(f"--not-{flag}", action="store_false", default=None, dest=flag)
        for some in (add, update):
            some.add_argument("username", metavar="NAME")
            some.add_argument("--email")
            some.add_argument("--passwd", metavar="PASSWORD")
        details = commands.add("details", self._details, "Show a user")
        details.add_argument("username", metavar="NAME")
        listing = commands.add("list", self._list, "List the users who may sign in")
        listing.add_argument("--all", action="store_true", help="also those who may not")
        listing.add_argument("--csv", action="store_true", help="as comma-separated values")

    def _add(self, given: Given) -> None:
        password = given.passwd or sealing.random_text(_PASSWORD_LENGTH)
        people.add_user(
            None,
            given.username,
            password,
            email=given.email or "",
            is_staff=given.staff,
            is_superuser=given.superuser,
        )
        if not given.passwd:
            self.say(password)

    def _update(self, given: Given) -> None:
        values = {f"is_{flag}": getattr(given, flag) for flag in _FLAGS} | {"email": given.email}
        wanted = {name: value for name, value in values.items() if value is not None}
        user = find(User, given.username)
        people.change_user(None, user, password=given.passwd, **wanted)

    def _details(self, given: Given) -> None:
        user = find(User, given.username)
        groups = user.groups.order_by("name").values_list("name", flat=True)
        self.list_details(
            (
                *zip(_COLUMNS, _row(user), strict=True),
                ("groups", ", ".join(groups)),
                ("last login", user.last_login),
                ("joined", user.date_joined),
            )
        )

    def _list(self, given: Given) -> None:
        found = User.objects.order_by("username")
        rows = [_row(user) for user in (found if given.all else found.filter(is_active=True))]
        if given.csv:
            self.print_csv(_COLUMNS, rows)
            return
        self.list_items(
            "Users:", (str(row[0]) + (f" ({row[1]})" if row[1] else "") for row in rows)
        )


def _row(user: User) -> tuple[object, ...]:
    return (
        user.get_username(),
        user.get_full_name(),
        user.email,
        user.is_active,
        user.is_staff,
        user.is_superuser,
    )
