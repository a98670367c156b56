"""The owner of a device, as LAVA's arguments name one, in the terms of grants."""

from __future__ import annotations

from django.contrib.auth.models import Group, User

from pumice.server.accounts import people
from pumice.server.accounts.grants import Level
from pumice.server.lab import granting
from pumice.server.lab.models import Device


def own(device: Device, user: User | None, group: Group | None) -> None:
    """Grant a group to change the device.

    A user is granted it through the group of their own name, which is made and joined where need
    be.
    """
    if user is not None:
        name = user.get_username()
        group = Group.objects.filter(name=name).first() or people.add_group(None, name)
        people.join(None, user, group)
    if group is not None:
        granting.grant(None, device, group, Level.CHANGE)
