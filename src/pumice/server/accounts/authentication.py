"""Who is asking: Basic user:token, or the browser's session."""

from __future__ import annotations

import base64
import binascii

from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest

from pumice.server.accounts import tokens

Requester = User | AnonymousUser


class BadCredentials(Exception):
    """The Authorization header is not a valid Basic user:token: correct it or leave it out.

    ``status`` is the HTTP status to answer, 400 for a malformed header, 401 for a wrong token, 403
    for a session that is used from another site.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def by_basic_token(header: str) -> User:
    """The user of an ``Authorization: Basic user:token`` header. Raises BadCredentials."""
    scheme, space, encoded = header.partition(" ")
    if not space:
        raise BadCredentials(400, "Invalid HTTP_AUTHORIZATION header")
    if scheme != "Basic":
        raise BadCredentials(
            400, "Unsupported HTTP_AUTHORIZATION header, only Basic scheme is supported"
        )
    try:
        decoded = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise BadCredentials(
            400, "Corrupted HTTP_AUTHORIZATION header, bad base64 encoding"
        ) from error
    username, colon, secret = decoded.partition(":")
    if not colon:
        raise BadCredentials(400, "Corrupted HTTP_AUTHORIZATION header, no user:pass")
    user = tokens.owner(secret)
    if user is None or user.get_username() != username:
        raise BadCredentials(401, "Invalid token")
    return user


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
