"""LDAP, asked of a real directory: who signs in, who becomes what, and who does not."""

from __future__ import annotations

import xmlrpc.client
from base64 import b64encode
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from pumice.server.accounts import ldap
from pumice.server.accounts.errors import CannotChange
from pumice.server.audit.models import Entry

BASE = "dc=example,dc=com"
TEMPLATE = f"uid=%(user)s,ou=people,{BASE}"
pytestmark = pytest.mark.django_db
Ask = Callable[..., None]


def signs_in(username: str, password: str) -> bool:
    answer = Client().post("/accounts/login/", {"username": username, "password": password})
    return answer.status_code == 302


def test_a_person_of_the_directory_becomes_a_user(ask_directory: Ask) -> None:
    ask_directory()
    assert signs_in("lewis", "of-lewis")
    user = User.objects.get()
    assert (user.username, user.first_name, user.email) == ("lewis", "Lewis", "lewis@example.com")
    assert not user.has_usable_password()
    assert not user.is_staff
    assert signs_in("LEWIS", "of-lewis")
    assert User.objects.count() == 1


@pytest.mark.parametrize("password", ["guess", "", "of-charles"])
def test_a_wrong_password_makes_nobody(ask_directory: Ask, password: str) -> None:
    ask_directory()
    assert not signs_in("lewis", password)
    assert not User.objects.exists()


@pytest.mark.parametrize("username", ["*", "lewis)(uid=*", "nobody", "lew\0is"])
def test_a_name_is_a_name_and_no_search(ask_directory: Ask, username: str) -> None:
    ask_directory()
    assert not signs_in(username, "of-lewis")
    assert not User.objects.exists()


def test_users_of_the_lab_sign_in_as_before(ask_directory: Ask, alice: User) -> None:
    ask_directory()
    assert signs_in("alice", "secret-of-alice")


@pytest.mark.parametrize("username", ["admin", "Admin"])
def test_the_directory_s_admin_is_not_the_lab_s(
    ask_directory: Ask, admin: User, username: str
) -> None:
    ask_directory()
    assert not signs_in(username, "of-the-directory-s-admin")
    assert signs_in("admin", "secret-of-admin")


def test_a_user_without_a_password_is_the_directory_s(ask_directory: Ask) -> None:
    ask_directory()
    User.objects.create_user("charles", is_staff=True)
    assert signs_in("charles", "of-charles")
    assert User.objects.get().is_staff


def test_an_inactive_user_stays_out(ask_directory: Ask) -> None:
    ask_directory()
    User.objects.create_user("lewis", is_active=False)
    assert not signs_in("lewis", "of-lewis")


def test_a_template_needs_no_search(ask_directory: Ask) -> None:
    ask_directory(AUTH_LDAP_USER_SEARCH="", AUTH_LDAP_USER_DN_TEMPLATE=TEMPLATE)
    assert signs_in("lewis", "of-lewis")
    assert not signs_in("lewis,ou=people", "of-lewis")


def test_groups_decide_who_may_and_what(ask_directory: Ask) -> None:
    labs = f"cn=labs,{BASE}"
    ask_directory(
        AUTH_LDAP_GROUP_SEARCH={"base": BASE},
        AUTH_LDAP_REQUIRE_GROUP=labs,
        AUTH_LDAP_USER_FLAGS_BY_GROUP={"is_staff": labs},
        AUTH_LDAP_MIRROR_GROUPS=True,
    )
    assert signs_in("lewis", "of-lewis")
    assert not signs_in("charles", "of-charles")
    user = User.objects.get()
    assert user.is_staff
    assert list(user.groups.values_list("name", flat=True)) == ["labs"]


def test_a_directory_that_is_down_keeps_no_local_user_out(ask_directory: Ask, alice: User) -> None:
    ask_directory(AUTH_LDAP_SERVER_URI="ldap://127.0.0.1:9")
    assert not signs_in("lewis", "of-lewis")
    assert signs_in("alice", "secret-of-alice")
    with pytest.raises(CannotChange, match="does not answer"):
        ldap.add_user(None, "lewis")


def test_a_person_can_be_added_before_they_sign_in(ask_directory: Ask, admin: User) -> None:
    ask_directory()
    ldap.add_user(admin, "lewis", is_superuser=True)
    user = User.objects.get(username="lewis")
    assert (user.first_name, user.is_superuser) == ("Lewis", True)
    entry = Entry.objects.get()
    assert (entry.who, entry.act, entry.subject) == ("admin", "add", "lewis")
    assert signs_in("lewis", "of-lewis")
    with pytest.raises(CannotChange) as error:
        ldap.add_user(admin, "lewis")
    assert error.value.taken
    with pytest.raises(ldap.NotInDirectory, match=r"User 'nobody' was not found in LDAP\."):
        ldap.add_user(admin, "nobody")


def test_a_call_adds_them_too(
    ask_directory: Ask, admin: User, token_of: Callable[[User], str]
) -> None:
    ask_directory()
    header = "Basic " + b64encode(f"admin:{token_of(admin)}".encode()).decode()

    def call(username: str) -> str:
        arguments = (username, "X", None, None, True, True, False, True)
        body = xmlrpc.client.dumps(arguments, "auth.users.add", allow_none=True)
        return Client().post("/RPC2", body, "text/xml", HTTP_AUTHORIZATION=header).content.decode()

    assert "fault" not in call("lewis")
    user = User.objects.get(username="lewis")
    assert (user.first_name, user.is_staff) == ("Lewis", True)
    assert "User 'nobody' was not found in LDAP." in call("nobody")
    assert "user already exists?" in call("lewis")


def test_without_a_directory_nobody_can_be_added_from_it(settings: Settings) -> None:
    with pytest.raises(ldap.NotConfigured, match="not configured"):
        ldap.add_user(None, "lewis")
