"""The record of changes over REST: pages by a cursor, for whoever has a token."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.http import HttpResponse
from django.test import Client

from pumice.server.audit.origin import came_from
from pumice.server.audit.record import record

ADDRESS = "/api/v0.3/audit/"
Get = Callable[..., HttpResponse]


@pytest.fixture
def get(client: Client, token_of: Callable[[User], str]) -> Get:
    """Asks as a user, by their token."""

    def act(user: User, address: str = ADDRESS, **query: str) -> Any:
        return client.get(address, query, headers={"Authorization": f"Token {token_of(user)}"})

    return act


def subjects(response: HttpResponse) -> list[str]:
    return [entry["subject"] for entry in response.json()["results"]]  # type: ignore[attr-defined]


def test_an_entry_has_every_field(get: Get, admin: User, alice: User) -> None:
    with came_from("xmlrpc", "192.0.2.7"):
        record(alice, "change", "device", "qemu-01", {"health": ("Good", "Bad")}, reason="smoke")
    response = get(admin, kind="device")
    answer: Any = response.json()  # type: ignore[attr-defined]
    (entry,) = answer["results"]
    assert answer["next"] is None
    assert entry.pop("id") > 0
    assert entry.pop("when").endswith("Z")
    assert entry == {
        "who": "alice",
        "via": "xmlrpc",
        "address": "192.0.2.7",
        "act": "change",
        "kind": "device",
        "subject": "qemu-01",
        "changes": {"health": ["Good", "Bad"]},
        "reason": "smoke",
    }
    assert response["Cache-Control"] == "no-store"


def test_pages_follow_each_other_to_the_end(get: Get, admin: User) -> None:
    for n in range(7):
        record(None, "add", "tag", f"tag-{n}")
    seen: list[str] = []
    address: str | None = f"{ADDRESS}?kind=tag&limit=3"
    while address:
        response: Any = get(admin, address)
        seen += subjects(response)
        address = response.json()["next"]
    assert seen == [f"tag-{n}" for n in reversed(range(7))]


def test_every_field_narrows_the_list(get: Get, admin: User, alice: User) -> None:
    record(alice, "add", "tag", "usb")
    record(alice, "delete", "tag", "usb")
    record(admin, "add", "worker", "worker-1")
    assert subjects(get(admin, who="admin", kind="worker")) == ["worker-1"]
    assert len(subjects(get(admin, subject="usb"))) == 2
    assert len(subjects(get(admin, subject="usb", act="delete", who="alice"))) == 1
    assert subjects(get(admin, subject="us")) == []
    assert subjects(get(admin, until="2020-01-01T00:00:00Z")) == []
    assert len(subjects(get(admin, since="2020-01-01T00:00:00", kind="worker"))) == 1


def test_one_reads_ones_own_and_all_with_the_permission(
    get: Get, alice: User, bob: User, admin: User
) -> None:
    for user in (alice, bob, None):
        record(user, "add", "tag", f"by-{user}")
    assert subjects(get(alice, kind="tag")) == ["by-alice"]
    assert subjects(get(alice, who="bob")) == []
    bob.user_permissions.add(Permission.objects.get(codename="view_entry"))
    assert len(subjects(get(bob, kind="tag"))) == 3


def test_who_is_nobody_is_refused(client: Client, db: None) -> None:
    record(None, "add", "tag", "usb")
    response = client.get(ADDRESS)
    assert response.status_code == 401
    assert "detail" in response.json()
    assert "WWW-Authenticate" in response.headers


def test_basic_and_a_session_count_too(
    client: Client, alice: User, token_of: Callable[[User], str]
) -> None:
    both = base64.b64encode(f"alice:{token_of(alice)}".encode()).decode()
    assert client.get(ADDRESS, headers={"Authorization": f"Basic {both}"}).status_code == 200
    client.force_login(alice)
    assert client.get(ADDRESS).status_code == 200


@pytest.mark.parametrize("header", ["Token wrong", "Token ", "Token", "Bearer x", "Basic !"])
def test_wrong_credentials_are_refused(client: Client, alice: User, header: str) -> None:
    client.force_login(alice)
    response = client.get(ADDRESS, headers={"Authorization": header})
    assert response.status_code in (400, 401)
    assert response.json()["detail"]


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "-1"},
        {"limit": "x"},
        {"cursor": "9" * 30},
        {"since": "yesterday"},
        {"until": "2026-99-99T00:00:00"},
        {"person": "alice"},
    ],
)
def test_a_parameter_that_cannot_be_read_is_named(
    get: Get, alice: User, query: dict[str, str]
) -> None:
    response: Any = get(alice, **query)
    assert response.status_code == 400
    assert next(iter(query)) in response.json()["detail"]


def test_hostile_texts_find_nothing(get: Get, admin: User) -> None:
    assert subjects(get(admin, subject="a\0b", who="' OR 1=1 --", kind="\U0001f600" * 100)) == []
