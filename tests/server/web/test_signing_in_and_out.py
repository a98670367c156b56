"""Signing in by name and password, and out by a form."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.test import Client


def test_a_right_password_leads_to_where_one_came_from(client: Client, alice: User) -> None:
    form = {"username": "alice", "password": "secret-of-alice", "next": "/scheduler/myjobs"}
    answer = client.post("/accounts/login/", form)
    assert (answer.status_code, answer["Location"]) == (302, "/scheduler/myjobs")
    page = client.get("/").content.decode()
    assert "Sign out" in page
    assert 'href="/accounts/login/' not in page


def test_a_wrong_password_does_not(client: Client, alice: User) -> None:
    answer = client.post("/accounts/login/", {"username": "alice", "password": "guess"})
    assert answer.status_code == 200
    assert "do not match" in answer.content.decode()
    assert "Sign out" not in client.get("/").content.decode()


def test_nobody_is_led_to_another_site(client: Client, alice: User) -> None:
    form = {"username": "alice", "password": "secret-of-alice", "next": "https://evil.example/"}
    assert client.post("/accounts/login/", form)["Location"] == "/"


def test_a_link_does_not_sign_out_but_the_form_does(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.get("/accounts/logout/").status_code == 405
    assert "Sign out" in client.get("/").content.decode()
    assert client.post("/accounts/logout/").status_code == 302
    assert "Sign out" not in client.get("/").content.decode()
