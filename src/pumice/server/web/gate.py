"""Sends who is not signed in to the sign-in page, where the site is for signed-in people alone."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from pumice.server.accounts import gate
from pumice.server.accounts.addresses import client_address
from pumice.server.accounts.authentication import by_session, opens_the_gate
from pumice.server.audit.origin import came_from


class RequireLogin:
    """Middleware for REQUIRE_LOGIN and REQUIRE_LOGIN_PATHS; it works with and without others."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not gate.is_used():
            raise MiddlewareNotUsed
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if gate.is_closed(request.path) and not _may_pass(request):
            return redirect_to_login(request.get_full_path())
        return self._get_response(request)


def _may_pass(request: HttpRequest) -> bool:
    user = request.user if hasattr(request, "user") else by_session(request)
    if user.is_authenticated:
        return True
    header = request.META.get("HTTP_AUTHORIZATION")
    if header is None or not gate.takes_tokens(request.path):
        return False
    via = "xmlrpc" if request.path.startswith("/RPC2") else "rest"
    with came_from(via, client_address(request)):
        return opens_the_gate(header)
