"""Addresses of what is read over REST."""

from __future__ import annotations

from django.urls import path

from pumice.server.api.rest import audit

urlpatterns = [
    path("api/v0.3/audit/", audit.entries),
    path("api/v0.3/audit", audit.entries),
]
