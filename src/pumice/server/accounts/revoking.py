"""Take tokens from people, as an administrator does."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet

from pumice.server.accounts.models import Token
from pumice.server.accounts.tokens import delete, digest_of


def with_secret(secret: str) -> Token | None:
    """The token of which this is the secret, whoever's it is; None where there is none."""
    return Token.objects.select_related("user").filter(digest=digest_of(secret)).first()


def unused_since(when: datetime) -> QuerySet[Token]:
    """The tokens, oldest first, that were made before and not used since."""
    return (
        Token.objects.select_related("user")
        .filter(Q(last_used_on__isnull=True) | Q(last_used_on__lt=when), created_on__lt=when)
        .order_by("created_on", "pk")
    )


def take(by: User | None, token: Token, reason: str) -> bool:
    """Delete a token; whether it was still there."""
    with transaction.atomic():
        locked = Token.objects.select_for_update().filter(pk=token.pk).first()
        if locked is not None:
            delete(by, locked, reason)
    return locked is not None
