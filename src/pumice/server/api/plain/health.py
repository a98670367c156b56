"""Whether the server is well, and which LAVA version it answers for."""

from __future__ import annotations

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, JsonResponse


def healthz(request: HttpRequest) -> JsonResponse:
    """200 and ``{"health": "good"}``; 500 when the database does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        return JsonResponse({"health": "bad", "error": "database connection lost"}, status=500)
    return JsonResponse({"health": "good"})


def version(request: HttpRequest) -> JsonResponse:
    """The LAVA version that clients are told."""
    return JsonResponse({"version": settings.LAVA_COMPATIBLE_VERSION})
