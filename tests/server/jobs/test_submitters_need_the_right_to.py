"""Jobs are taken only of those who may see the device type and use one of its devices."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User

from pumice.formats import yaml
from pumice.server.accounts.grants import Level
from pumice.server.accounts.rights import forget
from pumice.server.jobs.models import Job
from pumice.server.jobs.submission import SubmissionError
from pumice.server.lab.models import Device, DeviceGrant, DeviceTypeGrant, Worker

Submit = Callable[..., Job]


@pytest.fixture
def team(lab: Worker, bob: User) -> Group:
    """A group of which bob is a member, and alice is not."""
    team = Group.objects.create(name="team")
    bob.groups.add(team)
    return team


def test_a_type_that_is_hidden_from_the_user(
    alice: User, bob: User, submit: Submit, team: Group
) -> None:
    DeviceTypeGrant.objects.create(device_type_id="qemu", group=team, level=Level.VIEW)
    with pytest.raises(SubmissionError) as refused:
        submit(alice)
    assert str(refused.value) == (
        "Device unavailable: Device type 'qemu' is unavailable to user 'alice'"
    )
    assert submit(bob).submitter == bob


@pytest.mark.parametrize("kind", ["type", "devices"])
def test_devices_of_which_none_is_the_users(
    kind: str, alice: User, bob: User, submit: Submit, team: Group
) -> None:
    if kind == "type":
        DeviceTypeGrant.objects.create(device_type_id="qemu", group=team, level=Level.SUBMIT)
    else:
        for device in Device.objects.all():
            DeviceGrant.objects.create(device=device, group=team, level=Level.SUBMIT)
    with pytest.raises(SubmissionError) as refused:
        submit(alice)
    assert str(refused.value) == (
        "Device unavailable: No devices from [qemu] pool are currently available to user alice"
    )
    assert submit(bob).submitter == bob


def test_one_device_of_the_user_is_enough(alice: User, submit: Submit, team: Group) -> None:
    DeviceGrant.objects.create(device_id="qemu-01", group=team, level=Level.SUBMIT)
    assert submit(alice).requested_device_type_id == "qemu"


def test_a_pinned_device_must_be_the_users(
    alice: User, submit: Submit, smoke: str, team: Group
) -> None:
    DeviceGrant.objects.create(device_id="qemu-01", group=team, level=Level.SUBMIT)
    text = yaml.dump({**yaml.load(smoke).data, "device": "qemu-01"})
    with pytest.raises(SubmissionError, match="You do not have permission to submit jobs to dev"):
        submit(alice, text)
    alice.groups.add(team)
    forget(alice)
    assert submit(alice, text).requested_device_id == "qemu-01"


def test_a_group_counts_only_the_users_devices(
    alice: User, bob: User, submit: Submit, group: str, team: Group
) -> None:
    DeviceGrant.objects.create(device_id="qemu-01", group=team, level=Level.SUBMIT)
    with pytest.raises(SubmissionError, match="Not enough devices"):
        submit(alice, group)
    assert submit(bob, group).sub_id
