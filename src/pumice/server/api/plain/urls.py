"""Addresses of the plain answers."""

from __future__ import annotations

from django.urls import path

from pumice.server.api.plain import health, schemas

urlpatterns = [
    path("v1/healthz/", health.healthz),
    path("v1/healthz", health.healthz),
    path("api/v0.2/system/version/", health.version),
    path("api/v0.2/system/version", health.version),
    path("schemas/<str:name>.schema.json", schemas.published),
]
