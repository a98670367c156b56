"""The administration as an administrator's browser asks it."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client


class Forms:
    """Sends forms as a superuser."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def send(self, path: str, expected: int = 302, **fields: Any) -> str:
        """The page that answers a form; after a redirect, the page to which it leads."""
        empty = {
            f"{prefix}-{name}": "0"
            for prefix in ("grants", "aliases")
            for name in ("TOTAL_FORMS", "INITIAL_FORMS")
        }
        response = self.client.post(f"/admin/{path}", {**empty, **fields})
        assert response.status_code == expected, html.unescape(response.content.decode())
        if expected == 302:
            response = self.client.get(response["Location"])
        return html.unescape(response.content.decode())

    def act(self, path: str, action: str, *keys: object, reason: str = "") -> str:
        """The page after an action on selected things, whose question is answered."""
        fields = {"action": action, "_selected_action": [str(key) for key in keys]}
        question = self.client.post(f"/admin/{path}", fields)
        assert question.status_code == 200
        assert 'name="reason"' in question.content.decode()
        return self.send(path, **fields, reason=reason)


@pytest.fixture
def forms(client: Client, admin: User) -> Forms:
    client.force_login(admin)
    return Forms(client)


@pytest.fixture
def staff(admin: User) -> Callable[..., Client]:
    """Makes browsers of staff who have just the named permissions."""
    from django.contrib.auth.models import Permission

    def act(*codenames: str) -> Client:
        user = User.objects.create_user("carol", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        client = Client()
        client.force_login(user)
        return client

    return act
