"""Reads of accounts."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import QuerySet

from pumice.server.accounts.models import Token


def tokens_of(user: User) -> QuerySet[Token]:
    """A user's tokens, newest first."""
    return Token.objects.filter(user=user).order_by("-created_on", "-pk")
