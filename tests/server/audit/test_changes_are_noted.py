"""What a person did, from where, with the old and the new value, is found again."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.db import transaction

from pumice.server.audit import queries
from pumice.server.audit.models import Entry
from pumice.server.audit.origin import came_from
from pumice.server.audit.record import differences, record


def test_an_entry_says_who_did_what_from_where(alice: User) -> None:
    with came_from("xmlrpc", "192.0.2.7"):
        changes = differences({"health": "Good", "tags": []}, {"health": "Bad", "tags": []})
        record(alice, "change", "device", "qemu-01", changes, reason="smoke")
    entry = Entry.objects.get()
    assert (entry.who, entry.via, entry.address) == ("alice", "xmlrpc", "192.0.2.7")
    assert (entry.act, entry.kind, entry.subject) == ("change", "device", "qemu-01")
    assert (entry.changes, entry.reason) == ({"health": ["Good", "Bad"]}, "smoke")
    assert list(queries.about("device", "qemu-01")) == [entry]


def test_the_origin_ends_with_its_request(db: None) -> None:
    with came_from("web"):
        record(None, "add", "tag", "usb")
    record(None, "add", "tag", "net")
    assert list(Entry.objects.order_by("id").values_list("via", flat=True)) == ["web", "server"]


def test_an_entry_goes_with_a_change_that_is_taken_back(db: None) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record(None, "add", "tag", "usb")
        raise ZeroDivisionError
    assert not Entry.objects.exists()


def test_values_that_no_database_holds_are_noted_all_the_same(db: None) -> None:
    record(None, "change", "device", "a\0b", {"description": ("\0", "x" * 200_000)}, reason="\0")
    entry = Entry.objects.get()
    assert entry.subject == "a\ufffdb"
    assert entry.changes["description"] == ["\ufffd", "x" * 100_000]


def test_one_sees_ones_own_entries_and_all_with_the_permission(
    alice: User, bob: User, admin: User
) -> None:
    for user in (alice, bob, None):
        record(user, "add", "tag", "usb")
    assert [entry.who for entry in queries.visible(alice)] == ["alice"]
    assert queries.visible(admin).count() == 3
    bob.user_permissions.add(Permission.objects.get(codename="view_entry"))
    assert queries.visible(User.objects.get(pk=bob.pk)).count() == 3
