"""The two Django handlers: the full one for pages, and a short one for hot requests."""

from __future__ import annotations

from typing import Any

from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler

from pumice.server.accounts import gate
from pumice.server.accounts.addresses import scheme
from pumice.server.web.gate import RequireLogin

SHORT = ("/RPC2", "/scheduler/internal/", "/v1/healthz")
"""Paths whose requests go past no middleware."""


class ShortHandler(WSGIHandler):
    """Django's handler without middleware: no session, no CSRF token, no page headers.

    Only a site for signed-in people alone has its gate here too.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        answer: Any = self._get_response  # pyright: ignore[reportAttributeAccessIssue]
        if gate.is_used():
            answer = RequireLogin(convert_exception_to_response(answer))
        self._middleware_chain = convert_exception_to_response(answer)  # pyright: ignore[reportAttributeAccessIssue]


class Handlers:
    """A WSGI application that gives each request the shortest chain that it needs."""

    def __init__(self) -> None:
        self._full = WSGIHandler()
        self._short = ShortHandler()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        path: str = environ["PATH_INFO"]
        if path.startswith("//"):
            # As SQUAD sends it; a front web server merges slashes, so do we.
            path = environ["PATH_INFO"] = "/" + path.lstrip("/")
        if "\0" in path or "%00" in environ.get("QUERY_STRING", ""):
            # No name holds one, and PostgreSQL takes none.
            start_response("400 Bad Request", [("Content-Type", "text/plain")])
            return [b"An address cannot hold a NUL character."]
        environ["wsgi.url_scheme"] = scheme(environ)
        short = path.startswith(SHORT)
        return (self._short if short else self._full)(environ, start_response)
