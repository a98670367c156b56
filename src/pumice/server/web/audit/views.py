"""The search, and one entry."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pumice.server.audit import queries
from pumice.server.audit.queries import Search
from pumice.server.web.audit.shown import row
from pumice.server.web.reader import reader

KINDS = (
    *("alias", "device", "device type", "group", "job", "log", "query", "remote artifact token"),
    *("tag", "token", "user", "worker"),
)
ACTS = (
    *("add", "cancel", "change", "delete", "fail", "fail to sign in", "grant", "revoke"),
    *("sign in", "submit"),
)
"""What is suggested; any other can be looked for too."""

_ROWS = 50
_FIELDS = ("who", "kind", "subject", "act", "since", "until")


@login_required
@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The entries that match, newest first; a field that cannot be read is ignored."""
    user, query = reader(request), request.GET
    entries = queries.searched(queries.visible(user), _search(query))
    found = queries.page(
        entries, _ROWS, older=_number(query.get("older")), newer=_number(query.get("newer"))
    )
    values = {name: query.get(name, "").strip()[:300] for name in _FIELDS}
    context = {
        "section": "audit",
        "rows": [row(entry) for entry in found.entries],
        "older_url": _url(values, "older", found.older),
        "newer_url": _url(values, "newer", found.newer),
        "values": values,
        "is_search": any(values.values()),
        "sees_all": queries.may_see_all(user),
        "kinds": KINDS,
        "acts": ACTS,
    }
    return render(request, "web/audit/index.html", context)


@login_required
@never_cache
@require_safe
def entry(request: HttpRequest, number: int) -> HttpResponse:
    """One entry, with its changes whole."""
    found = queries.visible(reader(request)).filter(pk=min(number, 2**63 - 1)).first()
    if found is None:
        raise Http404(f"There is no entry {number}, or it is another person's.")
    return render(request, "web/audit/entry.html", {"section": "audit", "row": row(found)})


def _search(query: QueryDict) -> Search:
    texts = {name: query.get(name, "").strip()[:300] for name in ("who", "kind", "subject", "act")}
    since, until = _day(query.get("since")), _day(query.get("until"))
    return Search(
        **texts,
        since=_start(since) if since else None,
        until=_start(until + timedelta(days=1)) if until and until < date.max else None,
    )


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _day(text: str | None) -> date | None:
    try:
        return parse_date((text or "").strip())
    except ValueError:
        return None


def _number(text: str | None) -> int | None:
    valid = text and text.isascii() and text.isdigit() and len(text) <= 18
    return int(text) if text and valid else None


def _url(values: dict[str, str], name: str, number: int | None) -> str:
    if number is None:
        return ""
    query = QueryDict(mutable=True)
    query.update({key: value for key, value in values.items() if value})
    query[name] = str(number)
    return f"?{query.urlencode()}"
