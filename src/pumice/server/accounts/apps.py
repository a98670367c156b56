"""The application, which notes sign-ins from its start."""

from __future__ import annotations

from django.apps import AppConfig


class Accounts(AppConfig):
    """Accounts, as Django loads them."""

    name = "pumice.server.accounts"

    def ready(self) -> None:
        """Listen to Django's signals."""
        from pumice.server.accounts import passwords

        passwords.listen()
