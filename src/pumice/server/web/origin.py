"""Says of each request for a page from where it comes, for the record of changes."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from pumice.server.accounts.addresses import client_address
from pumice.server.audit.origin import came_from


class Origin:
    """Middleware that names the origin of what a request changes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        via = "admin" if request.path.startswith("/admin/") else "web"
        with came_from(via, client_address(request)):
            return self._get_response(request)
