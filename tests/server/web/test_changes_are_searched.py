"""The page of changes: who did what, when, from where, with old and new values."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pumice.server.audit.models import Entry
from pumice.server.audit.origin import came_from
from pumice.server.audit.record import record
from pumice.server.lab.models import Worker

OLD = "{% extends 'qemu.jinja2' %}\n{% set cpus = 1 %}\n{% set <b> %}\n"
NEW = "{% extends 'qemu.jinja2' %}\n{% set cpus = 4 %}\n{% set <b> %}\n"


def shown(client: Client, query: str = "") -> str:
    response = client.get(f"/audit/{query}")
    assert response.status_code == 200
    return response.content.decode()


def names(page: str) -> list[str]:
    return re.findall(r"<b>(tag-\d+)</b>", page)


@pytest.fixture
def reader(client: Client, alice: User) -> Client:
    """Alice's browser; she may see all entries."""
    alice.user_permissions.add(Permission.objects.get(codename="view_entry"))
    client.force_login(alice)
    return client


def test_a_row_says_who_did_what_from_where_and_why(reader: Client, bob: User) -> None:
    with came_from("xmlrpc", "192.0.2.7"):
        record(bob, "change", "device", "qemu-01", {"health": ("Good", "Bad")}, reason="no fan")
    page = shown(reader)
    assert "bob" in page
    assert "XML-RPC <small>192.0.2.7</small>" in page
    assert 'device <a href="/scheduler/device/qemu-01">qemu-01</a>' in page
    assert "health: <del>Good</del> → <ins>Bad</ins>" in page
    assert "Reason: no fan" in page


def test_a_search_by_each_field_finds_what_matches(reader: Client, bob: User) -> None:
    record(bob, "add", "tag", "tag-1")
    record(bob, "delete", "tag", "tag-2")
    record(None, "add", "group", "tag-3")
    assert names(shown(reader, "?who=bob")) == ["tag-2", "tag-1"]
    assert names(shown(reader, "?kind=group")) == ["tag-3"]
    assert names(shown(reader, "?act=delete")) == ["tag-2"]
    assert names(shown(reader, "?subject=tag-1")) == ["tag-1"]
    assert names(shown(reader, "?act=add&kind=tag")) == ["tag-1"]
    assert "Nothing matches." in shown(reader, "?who=bob&kind=group")


def test_days_bound_the_search_and_both_are_included(reader: Client) -> None:
    for n, day in enumerate(("2026-03-01", "2026-03-02", "2026-03-03")):
        record(None, "add", "tag", f"tag-{n}")
        Entry.objects.filter(subject=f"tag-{n}").update(when=f"{day}T23:30:00Z")
    assert names(shown(reader, "?since=2026-03-02&until=2026-03-02")) == ["tag-1"]
    assert names(shown(reader, "?until=2026-03-02")) == ["tag-1", "tag-0"]
    assert len(names(shown(reader, "?since=never&until=2026-99-99&older=x"))) == 3


def test_pages_lead_to_older_and_newer_entries(reader: Client) -> None:
    for n in range(120):
        record(None, "add", "tag", f"tag-{n}")
    seen: list[str] = []
    page = shown(reader, "?kind=tag")
    seen += names(page)
    while found := re.search(r'rel="next" href="([^"]+)"', page):
        page = shown(reader, html.unescape(found[1]))
        seen += names(page)
    assert seen == [f"tag-{n}" for n in reversed(range(120))]
    back = re.search(r'rel="prev" href="([^"]+)"', page)
    assert back
    assert names(shown(reader, html.unescape(back[1]))) == [f"tag-{n}" for n in range(69, 19, -1)]


def test_a_long_text_is_read_as_a_diff(reader: Client) -> None:
    record(None, "change", "device", "qemu-01", {"qemu-01.jinja2": (OLD, NEW)})
    address = f"/audit/{Entry.objects.get().pk}/"
    assert f'<a href="{address}">read the text</a>' in shown(reader)
    page = html.unescape(reader.get(address).content.decode())
    assert "<del>-{% set cpus = 1 %}</del>\n<ins>+{% set cpus = 4 %}</ins>\n" in page
    assert "<b>" not in reader.get(address).content.decode()


def test_texts_too_long_to_be_compared_are_shown_whole(reader: Client) -> None:
    old, new = ("\n".join(f"{word} {n}" for n in range(3_000)) for word in ("old", "new"))
    record(None, "change", "device type", "qemu", {"qemu.jinja2": (old, new)})
    page = reader.get(f"/audit/{Entry.objects.get().pk}/").content.decode()
    assert page.count("<del>") == page.count("<ins>") == 3_000


def test_without_the_permission_one_sees_ones_own(client: Client, alice: User, bob: User) -> None:
    record(alice, "add", "tag", "tag-1")
    record(bob, "add", "tag", "tag-2")
    client.force_login(alice)
    assert names(shown(client)) == ["tag-1"]
    assert names(shown(client, "?who=bob")) == []
    other = Entry.objects.get(who="bob").pk
    assert client.get(f"/audit/{other}/").status_code == 404


def test_who_is_not_signed_in_is_sent_there(client: Client, db: None) -> None:
    response = client.get("/audit/")
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/audit/")


def test_pages_of_the_lab_lead_to_the_changes_of_their_thing(
    client: Client, alice: User, lab: Worker
) -> None:
    paths = {
        "/scheduler/device/qemu-01": "?kind=device&subject=qemu-01",
        "/scheduler/device_type/qemu": "?kind=device%20type&subject=qemu",
        "/scheduler/worker/worker-1": "?kind=worker&subject=worker-1",
    }
    for path in paths:
        assert "/audit/?" not in client.get(path).content.decode()
    client.force_login(alice)
    for path, query in paths.items():
        assert f'href="/audit/{query}"' in html.unescape(client.get(path).content.decode())


def test_values_of_any_shape_and_hostile_texts_are_shown_as_text(reader: Client) -> None:
    changes: dict[str, Any] = {"<i>": (None, ["<script>", 1, True]), "none": (None, None)}
    record(None, "change", "<kind>", "a/../<b>", changes, reason="<reason>")
    page = shown(reader)
    assert "<script>," not in page
    assert "&lt;script&gt;, 1, yes" in page
    assert "&lt;i&gt;" in page
    assert reader.get(f"/audit/{Entry.objects.get().pk}/").status_code == 200
    assert reader.get(f"/audit/{10**30}/").status_code == 404


def test_more_entries_cost_no_more_queries(reader: Client) -> None:
    counts: list[int] = []
    for n in (2, 60):
        for _ in range(n):
            record(None, "change", "device", "qemu-01", {"health": ("Good", "Bad")})
        with CaptureQueriesContext(connection) as queries:
            shown(reader, "?kind=device")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4
