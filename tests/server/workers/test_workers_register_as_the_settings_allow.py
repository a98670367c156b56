"""Registration of workers: who may, and what the refusals say."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from pumice.server.lab.models import Worker
from pumice.server.lab.workers import token_of

URL = "/scheduler/internal/v1/workers/"
pytestmark = pytest.mark.django_db


def register(client: Client, **body: str) -> tuple[int, dict[str, str]]:
    address = body.pop("address", "127.0.0.1")
    answer = client.post(URL, body, REMOTE_ADDR=address)
    return answer.status_code, answer.json()


def test_it_is_off_by_default(client: Client) -> None:
    assert register(client, name="w") == (403, {"error": "Auto registration is disabled"})
    assert not Worker.objects.exists()


def test_from_an_allowed_network(client: Client, settings: Settings) -> None:
    settings.WORKER_AUTO_REGISTER = True
    status, answer = register(client, name="w")
    assert status == 200
    assert answer == {"name": "w", "token": token_of(Worker.objects.get(pk="w"))}
    assert len(answer["token"]) == 32
    assert register(client, name="w") == (403, {"error": "Worker 'w' already registered"})
    assert register(client) == (400, {"error": "Missing 'name'"})
    assert register(client, name="x", address="10.1.2.3") == (
        403,
        {"error": "Auto registration is forbidden for '10.1.2.3'"},
    )


def test_with_a_users_password(client: Client, alice: User, admin: User) -> None:
    mine = {"username": "alice", "password": "secret-of-alice"}
    status, answer = register(client, name="w", **mine)
    assert status == 200
    assert register(client, name="w", **mine) == (403, {"error": "Worker 'w' already registered"})
    root = {"username": "admin", "password": "secret-of-admin"}
    assert register(client, name="w", **root) == (200, answer)
    assert register(client, name="w", username="alice", password="no") == (
        403,
        {"error": "Unknown user alice"},
    )
