"""Who reads the page."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest

from pumice.server.accounts.authentication import Requester


def reader(request: HttpRequest) -> Requester:
    """The signed-in user, or nobody."""
    user = request.user
    return user if isinstance(user, User) else AnonymousUser()
