"""Who asks for a device that is hidden from them learns no more than of one that is not there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User

from pumice.server.accounts.grants import Level
from pumice.server.jobs.models import Job
from pumice.server.jobs.submission import SubmissionError
from pumice.server.lab.granting import grant
from pumice.server.lab.models import Device, Worker


@pytest.mark.parametrize("extra", ["", "worker: worker-1\n"])
def test_a_hidden_device_does_not_exist(
    lab: Worker, alice: User, submit: Callable[..., Job], smoke: str, extra: str
) -> None:
    hidden, team = Device.objects.get(pk="qemu-01"), Group.objects.create(name="team")
    for level in (Level.VIEW, Level.SUBMIT):
        grant(None, hidden, team, level)
    with pytest.raises(SubmissionError) as refused:
        submit(alice, f"{smoke}device: qemu-01\n{extra}")
    with pytest.raises(SubmissionError) as unknown:
        submit(alice, f"{smoke}device: qemu-99\n{extra}")
    assert str(refused.value) == str(unknown.value).replace("qemu-99", "qemu-01")


def test_one_that_is_seen_but_not_for_the_user_is_told_of(
    lab: Worker, alice: User, submit: Callable[..., Job], smoke: str
) -> None:
    team = Group.objects.create(name="team")
    grant(None, Device.objects.get(pk="qemu-01"), team, Level.SUBMIT)
    with pytest.raises(SubmissionError, match="do not have permission"):
        submit(alice, f"{smoke}device: qemu-01\n")


def test_one_that_is_hidden_but_for_the_user_is_taken(
    lab: Worker, alice: User, submit: Callable[..., Job], smoke: str
) -> None:
    team = Group.objects.create(name="team")
    grant(None, Device.objects.get(pk="qemu-01"), team, Level.VIEW)
    assert submit(alice, f"{smoke}device: qemu-01\n").requested_device_id == "qemu-01"
