"""The JSON Schemas of jobs and test definitions, for editors."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pumice.definitions import schema


@require_safe
def published(request: HttpRequest, name: str) -> HttpResponse:
    """The schema ``job`` or ``test`` as it is shipped; 404 for another name."""
    if name not in schema.NAMES:
        raise Http404(f"there is no schema {name}: {' and '.join(schema.NAMES)} are published")
    return HttpResponse(schema.published(name), content_type="application/schema+json")
