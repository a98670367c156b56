"""The owner of a device, as LAVA's arguments name one, in the terms of grants."""

from __future__ import annotations

from django.contrib.auth.models import Group, User
from django.db import transaction

from pumice.server.accounts import people
from pumice.server.accounts.errors import CannotChange
from pumice.server.accounts.grants import Level
from pumice.server.lab import granting
from pumice.server.lab.models import Device


def own(by: User | None, device: Device, owner: User | Group) -> None:
    """Grant a group to change the device; a user through the group of their own name.

    That group is made and joined where need be. Raises CannotChange where others are in it.
    """
    with transaction.atomic():
        group = _group_of(by, owner) if isinstance(owner, User) else owner
        granting.grant(by, device, group, Level.CHANGE)


def _group_of(by: User | None, user: User) -> Group:
    name = user.get_username()
    group = Group.objects.filter(name=name).first() or people.add_group(by, name)
    if User.objects.filter(groups=group).exclude(pk=user.pk).exists():
        raise CannotChange(f"others are in the group {name!r} too: name a group instead of a user")
    people.join(by, user, group)
    return group
