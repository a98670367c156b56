"""The record of changes over REST."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, JsonResponse, QueryDict
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from pumice.server.accounts.authentication import BadCredentials
from pumice.server.api.rest.authentication import requester
from pumice.server.audit import queries
from pumice.server.audit.models import Entry
from pumice.server.audit.queries import Search

MAX_ROWS = 1_000
_ROWS = 50
_TEXTS = ("who", "kind", "subject", "act")
_KNOWN = {*_TEXTS, "since", "until", "limit", "cursor"}


class BadParameter(ValueError):
    """A parameter of the address cannot be read: correct what the message names."""


@require_safe
def entries(request: HttpRequest) -> JsonResponse:
    """Entries, newest first: all for those who may see all, else one's own.

    Parameters: ``who``, ``kind``, ``subject`` and ``act`` (compared whole), ``since`` (included)
    and ``until`` (not), times of ISO 8601 (UTC where they name no zone); ``limit``, at most 1000
    rows; ``cursor``, which is part of the address of the next page.
    """
    try:
        user = requester(request)
    except BadCredentials as error:
        headers = {"WWW-Authenticate": 'Basic realm="REST authentication token"'}
        shown = headers if error.status == 401 else {}
        return JsonResponse({"detail": str(error)}, status=error.status, headers=shown)
    if not user.is_authenticated:
        detail = "Authentication credentials were not provided."
        return JsonResponse({"detail": detail}, status=401, headers={"WWW-Authenticate": "Token"})
    try:
        wanted, limit, cursor = _read(request.GET)
    except BadParameter as error:
        return JsonResponse({"detail": str(error)}, status=400)
    found = queries.page(queries.searched(queries.visible(user), wanted), limit, older=cursor)
    answer = {"next": _next(request, found.older), "results": [_shown(e) for e in found.entries]}
    return JsonResponse(answer, headers={"Cache-Control": "no-store"})


def _read(query: QueryDict) -> tuple[Search, int, int | None]:
    unknown = sorted(set(query) - _KNOWN)
    if unknown:
        raise BadParameter(f"There is no parameter {unknown[0]!r}.")
    texts = {name: query.get(name, "") for name in _TEXTS}
    wanted = Search(**texts, since=_time(query, "since"), until=_time(query, "until"))
    limit, cursor = _number(query, "limit"), _number(query, "cursor")
    return wanted, min(_ROWS if limit is None else limit, MAX_ROWS), cursor


def _number(query: QueryDict, name: str) -> int | None:
    text = query.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 18) or int(text) == 0:
        raise BadParameter(f"{name} must be a number from 1, not {text[:50]!r}.")
    return int(text)


def _time(query: QueryDict, name: str) -> datetime | None:
    text = query.get(name, "")
    if not text:
        return None
    try:
        time = parse_datetime(text)
        if time is None:
            raise ValueError(text)
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise BadParameter(f"{name} must be a time such as 2026-11-24T13:00:00Z.") from error


def _next(request: HttpRequest, cursor: int | None) -> str | None:
    if cursor is None:
        return None
    kept = {name: value for name, value in request.GET.items() if name != "cursor"}
    return request.build_absolute_uri(f"{request.path}?{urlencode({**kept, 'cursor': cursor})}")


def _shown(entry: Entry) -> dict[str, Any]:
    """An entry; ``changes`` maps a name to a list of its old and its new value."""
    return {
        "id": entry.pk,
        "when": entry.when,
        "who": entry.who,
        "via": entry.via,
        "address": entry.address,
        "act": entry.act,
        "kind": entry.kind,
        "subject": entry.subject,
        "changes": entry.changes,
        "reason": entry.reason,
    }
