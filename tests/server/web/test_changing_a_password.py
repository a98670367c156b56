"""Everybody changes their own password, knowing the old one."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from pumice.server.audit.models import Entry

PAGE = "/accounts/password_change/"
NEW = "a-new-long-secret"


@pytest.fixture
def signed_in(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def form(old: str, new: str = NEW) -> dict[str, str]:
    return {"old_password": old, "new_password1": new, "new_password2": new}


def test_the_old_password_and_a_new_one(signed_in: Client, alice: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(alice)
    answer = signed_in.post(PAGE, form("secret-of-alice"))
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}done/")
    assert "was changed" in signed_in.get(f"{PAGE}done/").content.decode()
    alice.refresh_from_db()
    assert alice.check_password(NEW)
    assert elsewhere.get(PAGE).status_code == 302, "other sessions end"
    entry = Entry.objects.get()
    assert (entry.who, entry.act, entry.subject) == ("alice", "change", "alice")
    assert entry.changes == {"password": [None, "(changed)"]}


def test_a_wrong_old_password_changes_nothing(
    signed_in: Client, alice: User, settings: Settings
) -> None:
    settings.FAILED_ATTEMPTS_PER_USER = 2
    for _ in range(2):
        assert "incorrectly" in signed_in.post(PAGE, form("guess")).content.decode()
    page = signed_in.post(PAGE, form("secret-of-alice")).content.decode()
    assert "Too many failed attempts" in page
    alice.refresh_from_db()
    assert alice.check_password("secret-of-alice")


@pytest.mark.parametrize("new", ["short", "password"])
def test_a_weak_new_password_is_refused(signed_in: Client, alice: User, new: str) -> None:
    assert signed_in.post(PAGE, form("secret-of-alice", new)).status_code == 200
    alice.refresh_from_db()
    assert alice.check_password("secret-of-alice")


def test_who_has_no_password_gets_none(signed_in: Client, alice: User) -> None:
    alice.set_unusable_password()
    alice.save()
    signed_in.force_login(alice)
    assert "You have no password here" in signed_in.get(PAGE).content.decode()
    signed_in.post(PAGE, form(""))
    alice.refresh_from_db()
    assert not alice.has_usable_password()


def test_who_is_not_signed_in_is_asked_to(db: None, client: Client) -> None:
    assert client.get(PAGE)["Location"] == f"/accounts/login/?next={PAGE}"
