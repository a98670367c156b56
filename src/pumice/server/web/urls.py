"""Addresses of the pages, as LAVA has them."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("pumice.server.web.api_help.urls")),
    path("", include("pumice.server.web.api_tokens.urls")),
]
