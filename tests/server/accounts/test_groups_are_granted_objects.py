"""What a group is granted of devices, device types and workers, and what that shuts others out of.

The rules are LAVA's; each case is one row.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission, User

from pumice.server.accounts.grants import HEALTH_CHECKER, Level
from pumice.server.jobs.models import Job
from pumice.server.jobs.queries import visible
from pumice.server.lab import permissions, queries
from pumice.server.lab.models import (
    Device,
    DeviceGrant,
    DeviceType,
    DeviceTypeGrant,
    Worker,
    WorkerGrant,
)
from pumice.wire.states import DeviceHealth

VIEW, SUBMIT, CHANGE = Level.VIEW, Level.SUBMIT, Level.CHANGE


@pytest.fixture
def team(alice: User) -> Group:
    """A group with alice in it, not with bob."""
    group = Group.objects.create(name="team")
    alice.groups.add(group)
    return group


@pytest.fixture
def device(lab: Worker) -> Device:
    return Device.objects.get(pk="qemu-01")


@pytest.fixture
def grant(lab: Worker, team: Group) -> Callable[..., None]:
    """Grant the team a level of ``qemu-01``, of its type, or of its worker."""

    def act(level: Level, of: str) -> None:
        if of == "device":
            DeviceGrant.objects.create(device_id="qemu-01", group=team, level=level)
        elif of == "type":
            DeviceTypeGrant.objects.create(device_type_id="qemu", group=team, level=level)
        else:
            WorkerGrant.objects.create(worker_id="worker-1", group=team, level=level)

    return act


# What is granted to alice's team; then whether alice, bob and nobody may view, submit and change.
NOBODY_ELSE = [
    ((), "vs-", "vs-", "v--"),
    (((VIEW, "device"),), "vs-", "-s-", "---"),
    (((SUBMIT, "device"),), "vs-", "v--", "v--"),
    (((CHANGE, "device"),), "vsc", "vs-", "v--"),
    (((VIEW, "type"),), "vs-", "-s-", "---"),
    (((SUBMIT, "type"),), "vs-", "v--", "v--"),
    (((CHANGE, "type"),), "vsc", "vs-", "v--"),
    (((VIEW, "device"), (VIEW, "type")), "vs-", "-s-", "---"),
    (((VIEW, "device"), (CHANGE, "device")), "vsc", "-s-", "---"),
]


@pytest.mark.parametrize(("grants", "alices", "bobs", "nobodys"), NOBODY_ELSE)
def test_a_grant_opens_to_the_group_what_it_shuts_to_others(
    grant: Callable[..., None],
    device: Device,
    alice: User,
    bob: User,
    grants: tuple[tuple[Level, str], ...],
    alices: str,
    bobs: str,
    nobodys: str,
) -> None:
    for level, of in grants:
        grant(level, of)
    assert rights(alice, device) == alices
    assert rights(bob, device) == bobs
    assert rights(AnonymousUser(), device) == nobodys


def rights(user: User | AnonymousUser, device: Device) -> str:
    """What the user may do: v to view, s to submit, c to change, - where not."""
    if isinstance(user, User):
        user = User.objects.get(pk=user.pk)  # as each request does
    may = (
        permissions.may_view(user, device),
        permissions.may_submit(user, device),
        permissions.may_change(user, device),
    )
    assert may[0] == queries.devices(user).filter(pk=device.pk).exists()
    return "".join(letter if allowed else "-" for letter, allowed in zip("vsc", may, strict=True))


@pytest.mark.parametrize(
    ("permission", "expected"),
    [("view_device", "v--"), ("submit_to_device", "-s-"), ("change_device", "--c")],
)
def test_a_global_permission_is_for_all_objects_and_includes_no_other(
    grant: Callable[..., None], device: Device, bob: User, permission: str, expected: str
) -> None:
    for level in Level:
        grant(level, "device")
    bob.user_permissions.add(Permission.objects.get(codename=permission))
    assert rights(bob, device) == expected


def test_superusers_may_everything_but_use_what_is_retired(
    grant: Callable[..., None], device: Device, admin: User
) -> None:
    for level in Level:
        grant(level, "device")
    assert rights(admin, device) == "vsc"
    Device.objects.filter(pk=device.pk).update(health=DeviceHealth.RETIRED)
    assert rights(admin, device) == "v-c"


def test_a_user_who_is_not_active_may_nothing(
    grant: Callable[..., None], device: Device, admin: User
) -> None:
    grant(VIEW, "device")
    admin.is_active = False
    admin.save()
    assert rights(User.objects.get(pk=admin.pk), device)[0] == "-"


def test_health_checks_may_run_on_any_device(grant: Callable[..., None], device: Device) -> None:
    grant(SUBMIT, "device")
    grant(SUBMIT, "type")
    assert permissions.may_submit(User.objects.create_user(HEALTH_CHECKER), device)


def test_the_grant_of_a_type_does_not_open_a_device_that_has_grants_of_its_own(
    grant: Callable[..., None], device: Device, bob: User
) -> None:
    others = Group.objects.create(name="others")
    bob.groups.add(others)
    DeviceTypeGrant.objects.create(device_type_id="qemu", group=others, level=CHANGE)
    assert rights(bob, device) == "vsc"
    for level in Level:
        grant(level, "device")
    assert rights(bob, device) == "---"


def test_workers_and_types_are_hidden_like_devices(
    grant: Callable[..., None], alice: User, bob: User
) -> None:
    grant(VIEW, "worker")
    grant(VIEW, "type")
    worker, kind = Worker.objects.get(), DeviceType.objects.get()
    assert [queries.workers(user).count() for user in (alice, bob)] == [1, 0]
    assert [queries.device_types(user).count() for user in (alice, bob)] == [1, 0]
    assert not permissions.may_change(alice, worker)
    grant(CHANGE, "worker")
    alice, bob = (User.objects.get(pk=user.pk) for user in (alice, bob))  # as each request does
    assert permissions.may_change(alice, worker)
    assert not permissions.may_change(bob, worker)
    assert not permissions.may_change(alice, kind)


def test_jobs_are_seen_by_those_who_see_their_device(
    grant: Callable[..., None], submit: Callable[..., Job], alice: User, bob: User, admin: User
) -> None:
    queued, placed = submit(admin), submit(admin)
    Job.objects.filter(pk=placed.pk).update(actual_device="qemu-01")
    own = submit(bob)
    grant(VIEW, "device")
    assert seen(alice) == {queued.pk, placed.pk, own.pk}
    assert seen(bob) == {queued.pk, own.pk}
    grant(VIEW, "type")
    assert seen(bob) == {own.pk}
    assert seen(AnonymousUser()) == set()
    assert seen(admin) == {queued.pk, placed.pk, own.pk}


def seen(user: User | AnonymousUser) -> set[int]:
    if isinstance(user, User):
        user = User.objects.get(pk=user.pk)  # as each request does
    return set(visible(user).values_list("pk", flat=True))


def test_lists_ask_as_many_queries_for_many_grants_as_for_few(
    grant: Callable[..., None],
    submit: Callable[..., Job],
    bob: User,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    for _ in range(5):
        submit(bob)
    grant(VIEW, "device")
    for number in range(20):
        group = Group.objects.create(name=f"group-{number}")
        DeviceGrant.objects.create(device_id="qemu-02", group=group, level=VIEW)
    with django_assert_max_num_queries(4):
        assert len(visible(bob)) == 5
    fresh = User.objects.get(pk=bob.pk)
    with django_assert_max_num_queries(3):
        assert not list(queries.devices(fresh))
