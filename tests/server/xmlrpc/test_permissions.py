"""What is checked before a call: login, permission, staff, and the token's scope."""

from __future__ import annotations

import xmlrpc.client
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.utils import timezone

from pumice.server.accounts import tokens
from pumice.server.accounts.models import Scope
from pumice.server.api.xmlrpc import permissions
from pumice.server.api.xmlrpc.faults import Fault
from pumice.server.api.xmlrpc.permissions import holders

if TYPE_CHECKING:
    from .conftest import Rpc

NEEDS = holders("lava_scheduler_app.change_testjob")


def refusal(permission: permissions.Permission, user: User | AnonymousUser) -> tuple[int, str]:
    with pytest.raises(Fault) as caught:
        permission.check(user)
    return caught.value.code, caught.value.text


def test_a_permission_is_asked_for_by_its_name_on_the_wire(alice: User, admin: User) -> None:
    assert refusal(NEEDS, AnonymousUser())[0] == 401
    assert refusal(NEEDS, alice) == (
        403,
        "User 'alice' is missing permission lava_scheduler_app.change_testjob.",
    )
    NEEDS.check(admin)
    alice.user_permissions.add(Permission.objects.get(codename="change_job"))
    NEEDS.check(User.objects.get(pk=alice.pk))


def test_staff_is_asked_of_superusers_too(alice: User, admin: User) -> None:
    assert refusal(permissions.STAFF, AnonymousUser())[0] == 401
    assert refusal(permissions.STAFF, alice) == (403, "forbidden")
    permissions.STAFF.check(admin)
    admin.is_staff = False
    assert refusal(permissions.STAFF, admin) == (403, "forbidden")


def test_a_permission_that_there_is_not_cannot_be_asked_for() -> None:
    with pytest.raises(ValueError, match="no permission"):
        holders("lava_scheduler_app.add_testjob")


@pytest.mark.parametrize(
    ("scope", "may"), [(Scope.READ, (True, False, False)), (Scope.SUBMIT, (True, True, False))]
)
def test_a_token_does_what_its_scope_allows(
    admin: User, scope: Scope, may: tuple[bool, ...]
) -> None:
    _, secret = tokens.create(admin, scope=scope)
    caller = tokens.owner(secret)
    assert caller is not None
    asked = (permissions.SIGNED_IN, permissions.SUBMITS, NEEDS)
    for permission, allowed in zip(asked, may, strict=True):
        if allowed:
            permission.check(caller)
        else:
            assert refusal(permission, caller)[0] == 403
            assert scope.label in refusal(permission, caller)[1]


def test_what_a_person_does_at_the_site_needs_no_token(admin: User) -> None:
    for permission in (permissions.SIGNED_IN, permissions.SUBMITS, NEEDS):
        permission.check(admin)


def test_a_token_for_reading_submits_nothing(
    rpc: Rpc, alice: User, smoke: str, basic: Callable[[str, str], str]
) -> None:
    _, secret = tokens.create(alice, scope=Scope.READ)
    body = xmlrpc.client.dumps((smoke,), "scheduler.jobs.submit").encode()
    answer = rpc.request(body, HTTP_AUTHORIZATION=basic("alice", secret))
    assert answer.status == 200
    with pytest.raises(xmlrpc.client.Fault, match="scope is 'read'"):
        xmlrpc.client.loads(answer.body)


def test_a_token_is_good_until_it_expires(
    rpc: Rpc, alice: User, basic: Callable[[str, str], str]
) -> None:
    body = xmlrpc.client.dumps((), "system.whoami").encode()
    for minutes, status in ((5, 200), (-5, 401)):
        expires_on = timezone.now() + timedelta(minutes=minutes)
        _, secret = tokens.create(alice, expires_on=expires_on)
        answer = rpc.request(body, HTTP_AUTHORIZATION=basic("alice", secret))
        assert answer.status == status
