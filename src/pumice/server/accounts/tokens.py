"""Make, find and revoke tokens."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q
from django.utils import timezone

from pumice.server.accounts.models import Scope, Token
from pumice.server.secrets import sealing

_PURPOSE = "token"
_SCOPE = "_pumice_scope"
_LENGTH = 128
_ALPHABET = "abcdefghijklmnopqrstuwxyz0123456789"  # as LAVA's: no v
_USE_RESOLUTION = timedelta(minutes=1)


def create(
    user: User,
    description: str = "",
    secret: str | None = None,
    *,
    scope: Scope = Scope.ADMIN,
    expires_on: datetime | None = None,
) -> tuple[Token, str]:
    """Make a token; its secret is returned here and never again.

    ``secret`` is for administrators who bring their own. ``scope`` limits what calls with it may
    do; from ``expires_on`` it is no longer taken.
    """
    secret = secret or sealing.random_text(_LENGTH, _ALPHABET)
    token = Token.objects.create(
        user=user,
        description=description,
        digest=sealing.digest(_PURPOSE, secret),
        sealed=sealing.seal(_PURPOSE, secret),
        created_on=timezone.now(),
        scope=scope,
        expires_on=expires_on,
    )
    return token, secret


def owner(secret: str) -> User | None:
    """The active user whose token this is, noting the use; None for anything else.

    Also None for a token that has expired. The user carries the token's scope: see :func:`scope`.
    """
    token = (
        Token.objects.select_related("user")
        .filter(digest=sealing.digest(_PURPOSE, secret), user__is_active=True)
        .first()
    )
    if token is None or (token.expires_on is not None and token.expires_on <= timezone.now()):
        return None
    _note_use(token)
    setattr(token.user, _SCOPE, Scope(token.scope))
    return token.user


def scope(user: User | AnonymousUser) -> Scope:
    """What the token by which the user came here allows; everything where it was no token."""
    return getattr(user, _SCOPE, Scope.ADMIN)


def _note_use(token: Token) -> None:
    now = timezone.now()
    if token.last_used_on is not None and now - token.last_used_on < _USE_RESOLUTION:
        return
    Token.objects.filter(
        Q(last_used_on__isnull=True) | Q(last_used_on__lt=now - _USE_RESOLUTION), pk=token.pk
    ).update(last_used_on=now)


def revoke(user: User, token_id: int) -> bool:
    """Delete one of the user's tokens; whether there was such a one."""
    deleted, _ = Token.objects.filter(pk=token_id, user=user).delete()
    return bool(deleted)


def revoke_unused(user: User) -> int:
    """Delete the user's tokens that were never used; how many there were."""
    deleted, _ = Token.objects.filter(user=user, last_used_on__isnull=True).delete()
    return deleted


def describe(user: User, token_id: int, description: str) -> bool:
    """Change the description of one of the user's tokens; whether there was such a one."""
    return bool(Token.objects.filter(pk=token_id, user=user).update(description=description))
