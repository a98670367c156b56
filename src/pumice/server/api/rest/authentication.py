"""Who asks: ``Authorization: Token secret``, ``Basic user:secret``, or the browser's session."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest

from pumice.server.accounts.authentication import Requester, by_basic_token, by_token_alone


def requester(request: HttpRequest) -> Requester:
    """The user who asks, or nobody. Raises BadCredentials."""
    header = request.headers.get("Authorization")
    if header is None:
        user = request.user
        return user if isinstance(user, User) else AnonymousUser()
    return by_basic_token(header) if header.startswith("Basic ") else by_token_alone(header)
