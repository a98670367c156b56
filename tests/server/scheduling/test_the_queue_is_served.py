"""From the tables to reserved devices: groups start together, and rights hold to the last."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.contrib.auth.models import Group, User
from django.utils import timezone

from pumice.formats import yaml
from pumice.server.accounts.grants import Level
from pumice.server.events.models import Event
from pumice.server.jobs.groups import jobs_of_group
from pumice.server.jobs.models import Job
from pumice.server.lab.models import Device, DeviceGrant, DeviceTypeGrant, Worker
from pumice.server.lifecycle.cancel import cancel
from pumice.server.lifecycle.finish import finish
from pumice.server.lifecycle.reserve import reserve, reserve_group
from pumice.server.scheduling.schedule import assign, end_overdue
from pumice.wire.states import DeviceHealth, DeviceState, JobHealth, JobState

Submit = Callable[..., Job]


def states(job: Job) -> list[JobState]:
    return [JobState(state) for state in jobs_of_group(job).values_list("state", flat=True)]


def test_a_group_is_scheduled_with_its_guests(alice: User, submit: Submit, group: str) -> None:
    first = submit(alice, group)
    Event.objects.all().delete()
    server, guest, client = jobs_of_group(first)
    assert assign() == [server.pk, client.pk]
    assert states(first) == [JobState.SCHEDULED] * 3
    server, guest, client = jobs_of_group(first)
    assert {server.actual_device_id, client.actual_device_id} == {"qemu-01", "qemu-02"}
    assert guest.actual_device_id is None
    assert set(Device.objects.values_list("state", flat=True)) == {DeviceState.RESERVED}
    told = Event.objects.filter(kind="testjob").order_by("job_id")
    assert [(event.worker, event.body.get("device")) for event in told] == [
        ("worker-1", server.actual_device_id),
        ("worker-1", None),
        ("worker-1", client.actual_device_id),
    ]
    held = Event.objects.filter(kind="device").values_list("body", flat=True)
    assert {body["job"] for body in held} == {server.sub_id, client.sub_id}


def test_a_group_waits_until_all_can_start_and_then_is_next(
    alice: User, submit: Submit, group: str
) -> None:
    single = submit(alice)
    assert assign() == [single.pk]
    first, later = submit(alice, group), submit(alice)
    assert assign() == []
    assert states(first) == [JobState.SUBMITTED] * 3
    assert Device.objects.filter(state=DeviceState.IDLE).count() == 1
    finish(single.pk, passed=True)
    assert len(assign()) == 2
    assert states(first) == [JobState.SCHEDULED] * 3
    assert states(later) == [JobState.SUBMITTED]


def test_a_group_that_lost_its_devices_does_not_hold_up_others(
    alice: User, submit: Submit, group: str
) -> None:
    submit(alice, group)
    later = submit(alice)
    Device.objects.filter(pk="qemu-02").update(health=DeviceHealth.MAINTENANCE)
    assert assign() == [later.pk]


def test_a_higher_priority_goes_first(alice: User, submit: Submit, smoke: str, group: str) -> None:
    submit(alice, group)
    urgent = submit(alice, yaml.dump({**yaml.load(smoke).data, "priority": "high"}))
    assert assign() == [urgent.pk]


def test_a_group_is_reserved_whole_or_not_at_all(alice: User, submit: Submit, group: str) -> None:
    server, guest, client = jobs_of_group(submit(alice, group))
    assert reserve([(server.pk, "qemu-01")]) == []
    assert reserve_group([(server.pk, "qemu-01")]) == []
    assert reserve_group([(server.pk, "qemu-01"), (client.pk, "qemu-01")]) == []
    Device.objects.filter(pk="qemu-02").update(state=DeviceState.RUNNING)
    assert reserve_group([(server.pk, "qemu-01"), (client.pk, "qemu-02")]) == []
    Device.objects.update(state=DeviceState.IDLE)
    cancel(guest.pk)
    assert reserve_group([(server.pk, "qemu-01"), (client.pk, "qemu-02")]) == []
    assert set(Device.objects.values_list("state", flat=True)) == {DeviceState.IDLE}


def test_who_lost_the_right_gets_no_device(
    alice: User, bob: User, submit: Submit, lab: Worker, group: str
) -> None:
    mine, theirs = submit(alice), submit(bob)
    together = submit(alice, group)
    team = Group.objects.create(name="team")
    bob.groups.add(team)
    DeviceTypeGrant.objects.create(device_type_id="qemu", group=team, level=Level.SUBMIT)
    assert assign() == [theirs.pk]
    alice.groups.add(team)
    assert assign() == [mine.pk]
    finish(mine.pk, passed=True)
    finish(theirs.pk, passed=True)
    assert len(assign()) == 2
    assert states(together) == [JobState.SCHEDULED] * 3


def test_a_device_of_others_is_left_to_them(alice: User, bob: User, submit: Submit) -> None:
    team = Group.objects.create(name="team")
    bob.groups.add(team)
    DeviceGrant.objects.create(device_id="qemu-01", group=team, level=Level.SUBMIT)
    first, second, third = submit(alice), submit(alice), submit(bob)
    assert assign() == [first.pk, third.pk]
    assert Job.objects.get(pk=first.pk).actual_device_id == "qemu-02"
    assert states(second) == [JobState.SUBMITTED]


def test_a_group_that_waited_too_long_ends_whole(alice: User, submit: Submit, group: str) -> None:
    first = submit(alice, group)
    assert end_overdue() == 0
    Job.objects.update(submit_time=timezone.now() - timedelta(hours=1, seconds=1))
    assert end_overdue() == 3
    assert states(first) == [JobState.FINISHED] * 3
    assert {job.health for job in jobs_of_group(first)} == {JobHealth.CANCELED}
