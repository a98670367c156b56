"""How many devices a type has is told without those that the caller may not see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import Group, User

from pumice.server.accounts.grants import Level
from pumice.server.lab.granting import grant
from pumice.server.lab.models import Device, Worker

if TYPE_CHECKING:
    from .conftest import Rpc


def test_a_list_of_types_counts_no_hidden_device(
    rpc: Rpc, lab: Worker, alice: User, bob: User, admin: User
) -> None:
    team = Group.objects.create(name="team")
    bob.groups.add(team)
    grant(None, Device.objects.get(pk="qemu-01"), team, Level.VIEW)
    for user, count in ((alice, 1), (None, 1), (bob, 2), (admin, 2)):
        [kind] = rpc("scheduler.device_types.list", user=user)
        assert (kind["name"], kind["devices"]) == ("qemu", count)
