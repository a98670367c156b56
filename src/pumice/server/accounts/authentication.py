"""Who is asking: Basic user:token, or the browser's session."""

from __future__ import annotations

import base64
import binascii

from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest

from pumice.server.accounts import attempts, tokens
from pumice.server.accounts.attempts import Door

Requester = User | AnonymousUser

GUESSABLE = 16
"""A secret of less characters, which only an administrator can have made, could be guessed."""


class BadCredentials(Exception):
    """The Authorization header is not a valid Basic user:token: correct it or leave it out.

    ``status`` is the HTTP status to answer: 400 for a malformed header, 401 for a wrong token, 403
    for a session that is used from another site, 429 for one more after too many wrong tokens.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def by_basic_token(header: str) -> User:
    """The user of an ``Authorization: Basic user:token`` header. Raises BadCredentials.

    A right token is taken however many wrong ones came from its address or named its user, for
    programs share addresses; unless it is so short that it could be guessed.
    """
    scheme, space, encoded = header.partition(" ")
    if not space:
        raise BadCredentials(400, "Invalid HTTP_AUTHORIZATION header")
    if scheme != "Basic":
        raise BadCredentials(
            400, "Unsupported HTTP_AUTHORIZATION header, only Basic scheme is supported"
        )
    username, secret = _basic(encoded)
    user = _owner(secret, username)
    if user is None:
        raise _refused(username)
    return user


def by_token_alone(header: str) -> User:
    """The user of an ``Authorization: Token secret`` header. Raises BadCredentials."""
    scheme, _, secret = header.partition(" ")
    if scheme != "Token":
        raise BadCredentials(400, "Unsupported Authorization header: write Token or Basic")
    user = _owner(secret.strip(), "", of_anybody=True)
    if user is None:
        raise _refused("")
    return user


def _refused(username: str) -> BadCredentials:
    """What a wrong token is answered with; it is counted as a failed attempt."""
    seconds = attempts.failed(Door.TOKEN, username)
    if seconds:
        return BadCredentials(429, attempts.text(seconds))
    return BadCredentials(401, "Invalid token")


def opens_the_gate(header: str) -> bool:
    """Whether the header names any active user's token: ``Basic anything:token`` or ``Token …``.

    For sites that answer nobody who is not signed in; which user it is, the door itself asks. A
    wrong token is counted as a failed attempt.
    """
    scheme, _, rest = header.partition(" ")
    username, secret = "", rest.strip()
    if scheme == "Basic":
        try:
            username, secret = _basic(rest)
        except BadCredentials:
            return False
    elif scheme != "Token" or not secret:
        return False
    if _owner(secret, username, of_anybody=True) is not None:
        return True
    attempts.failed(Door.TOKEN, username)
    return False


def _basic(encoded: str) -> tuple[str, str]:
    try:
        decoded = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise BadCredentials(
            400, "Corrupted HTTP_AUTHORIZATION header, bad base64 encoding"
        ) from error
    username, colon, secret = decoded.partition(":")
    if not colon:
        raise BadCredentials(400, "Corrupted HTTP_AUTHORIZATION header, no user:pass")
    return username, secret


def _owner(secret: str, username: str, *, of_anybody: bool = False) -> User | None:
    if len(secret) < GUESSABLE and attempts.wait(Door.TOKEN, username):
        return None
    return tokens.owner(secret, None if of_anybody else username)


def by_session(request: HttpRequest) -> Requester:
    """The user of the request's session cookie; touches no database without a cookie."""
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore

    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if not key:
        return AnonymousUser()
    request.session = SessionStore(key)
    user = get_user(request)
    return user if isinstance(user, User) else AnonymousUser()
