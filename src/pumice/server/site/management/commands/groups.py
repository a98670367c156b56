"""``pumice manage groups``."""

from __future__ import annotations

from django.contrib.auth.models import Group, User
from django.core.management.base import CommandParser
from django.db import transaction

from pumice.server.accounts import people, permitting
from pumice.server.site.management.command import Given, LabCommand, Subcommands
from pumice.server.site.management.finding import find

_SUBMITTING = (("device", "submit_to_device"), ("devicetype", "submit_to_devicetype"))


class Command(LabCommand):
    """``groups``: of users."""

    help = "Manage groups of users"

    def add_arguments(self, parser: CommandParser) -> None:
        """``add``, ``update``, ``list``."""
        commands = Subcommands(parser)
        for name, act, sentence in (
            ("add", self._add, "Add a group"),
            ("update", self._update, "Add members or permissions to a group"),
        ):
            some = commands.add(name, act, sentence)
            some.add_argument("name", metavar="NAME")
            some.add_argument(
                "--username",
                metavar="USER",
                action="append",
                default=[],
                help="a user who becomes a member; may be repeated",
            )
            some.add_argument(
                "--submitting",
                action="store_true",
                help="members may run jobs on all devices, also where only some groups may",
            )
        listing = commands.add("list", self._list, "List the groups")
        listing.add_argument(
            "--verbose", action="store_true", help="with their members and permissions"
        )

    def _add(self, given: Given) -> None:
        with transaction.atomic():
            _fill(people.add_group(None, given.name), given)

    def _update(self, given: Given) -> None:
        with transaction.atomic():
            _fill(find(Group, given.name), given)

    def _list(self, given: Given) -> None:
        self.say("Groups:")
        for group in Group.objects.order_by("name"):
            self.say(f"* {group.name}")
            if given.verbose:
                members = User.objects.filter(groups=group).order_by("username")
                names = ", ".join(members.values_list("username", flat=True))
                self.say(f"  members: {names}".rstrip())
                permissions = ", ".join(map(str, permitting.held_by(group)))
                self.say(f"  permissions: {permissions}".rstrip())


def _fill(group: Group, given: Given) -> None:
    for name in given.username:
        people.join(None, find(User, name), group)
    if given.submitting:
        for model, codename in _SUBMITTING:
            permitting.permit(None, group, "lava_scheduler_app", model, codename)
