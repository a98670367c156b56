"""The page."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pumice.server.api.xmlrpc import faults, registry
from pumice.server.web.api_help.sections import grouped


@require_safe
def api_help(request: HttpRequest) -> HttpResponse:
    """What programs can ask, with examples that name this site."""
    context = {
        "section": "api",
        "scheme": "https" if settings.HTTPS_XML_RPC else request.scheme,
        "host": request.get_host(),
        "groups": grouped(registry.listed()),
        "faults": faults.CODES.items(),
        "event_topic": settings.EVENT_TOPIC,
    }
    return render(request, "web/api_help.html", context)
