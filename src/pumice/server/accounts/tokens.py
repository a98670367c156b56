"""Make, find, change and revoke tokens."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from pumice.server.accounts.models import Scope, Token
from pumice.server.audit.record import differences, record
from pumice.server.database.compiled import Compiled, Given
from pumice.server.database.texts import storable
from pumice.server.secrets import sealing

_PURPOSE = "token"
_SCOPE = "_pumice_scope"
_LENGTH = 128
_ALPHABET = "abcdefghijklmnopqrstuwxyz0123456789"  # as LAVA's: no v
_USE_RESOLUTION = timedelta(minutes=1)


def digest_of(secret: str) -> str:
    """By what a token is found; only the site's key makes it of the secret."""
    return sealing.digest(_PURPOSE, secret)


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
    do; from ``expires_on`` it is no longer taken. With TOKENS_RECOVERABLE off, no sealed copy is
    kept. No audit entry is written: :func:`issue` does.
    """
    secret = secret or sealing.random_text(_LENGTH, _ALPHABET)
    token = Token.objects.create(
        user=user,
        description=storable(description),
        digest=digest_of(secret),
        sealed=sealing.seal(_PURPOSE, secret) if settings.TOKENS_RECOVERABLE else "",
        created_on=timezone.now(),
        scope=scope,
        expires_on=expires_on,
    )
    return token, secret


def issue(
    by: User | None,
    user: User,
    description: str = "",
    secret: str | None = None,
    *,
    scope: Scope = Scope.ADMIN,
    expires_on: datetime | None = None,
) -> tuple[Token, str]:
    """As :func:`create`, with an audit entry. ``by`` None is the command line."""
    with transaction.atomic():
        token, secret = create(user, description, secret, scope=scope, expires_on=expires_on)
        record(by, "add", "token", _subject(token), differences({}, _shown(token)))
    return token, secret


def owner(secret: str, username: str | None = None) -> User | None:
    """The active user whose token this is, noting the use; None for anything else.

    Also None for a token that has expired, or is not of the user with the name, where one is
    given. The user carries the token's scope: see :func:`scope`.
    """
    rows = _OWNER.rows(digest=digest_of(secret))
    if not rows:
        return None
    token_id, scope, last_used_on, expires_on, *columns = rows[0]
    now = timezone.now()
    if expires_on is not None and expires_on <= now:
        return None
    user = User.from_db(connection.alias, _USER, columns)
    if username is not None and user.get_username() != username:
        return None
    if last_used_on is None or now - last_used_on >= _USE_RESOLUTION:
        _note_use(token_id, now)
    setattr(user, _SCOPE, Scope(scope))
    return user


_USER = [field.attname for field in User._meta.concrete_fields]
_OWNER = Compiled(
    lambda: Token.objects.filter(digest=Given("digest"), user__is_active=True).values_list(
        "pk", "scope", "last_used_on", "expires_on", *(f"user__{name}" for name in _USER)
    )
)


def scope(user: User | AnonymousUser) -> Scope:
    """What the token by which the user came here allows; everything where it was no token."""
    return getattr(user, _SCOPE, Scope.ADMIN)


def _note_use(token_id: int, now: datetime) -> None:
    Token.objects.filter(
        Q(last_used_on__isnull=True) | Q(last_used_on__lt=now - _USE_RESOLUTION), pk=token_id
    ).update(last_used_on=now)


def revoke(user: User, token_id: int) -> bool:
    """Delete one of the user's own tokens; whether there was such a one."""
    with transaction.atomic():
        token = _own(user, token_id)
        if token is not None:
            delete(user, token, "revoked")
    return token is not None


def revoke_unused(user: User) -> int:
    """Delete those of the user's own tokens that were never used; how many there were."""
    with transaction.atomic():
        unused = Token.objects.select_for_update().filter(user=user, last_used_on__isnull=True)
        gone = list(unused.order_by("pk"))
        for token in gone:
            delete(user, token, "never used")
    return len(gone)


def describe(user: User, token_id: int, description: str) -> bool:
    """Change the description of one of the user's own tokens; whether there was such a one."""
    description = storable(description)
    with transaction.atomic():
        token = _own(user, token_id)
        if token is not None and token.description != description:
            changes = {"description": (token.description, description)}
            token.description = description
            token.save(update_fields=["description"])
            record(user, "change", "token", _subject(token), changes)
    return token is not None


def _own(user: User, token_id: int) -> Token | None:
    return Token.objects.select_for_update().filter(pk=token_id, user=user).first()


def delete(by: User | None, token: Token, reason: str) -> None:
    """Delete a token, whoever's it is, in the current transaction. ``by`` None is the command line.

    Whether `by` may is checked before.
    """
    gone = {name: (old, None) for name, old in _shown(token).items()}
    record(by, "delete", "token", _subject(token), gone, reason=reason)
    token.delete()


def _subject(token: Token) -> str:
    return f"{token.user.get_username()}/{token.pk}"


def _shown(token: Token) -> dict[str, Any]:
    return {
        "description": token.description,
        "scope": Scope(token.scope).label,
        "expires_on": token.expires_on and token.expires_on.isoformat(),
    }
