"""List, make, describe and revoke one's own tokens."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import cast

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from pumice.server.accounts import queries, tokens
from pumice.server.accounts.models import Scope
from pumice.server.secrets import sealing

MAX_DESCRIPTION = 200
"""Characters of a description."""

_SCOPES = {scope.label: scope for scope in reversed(Scope)}
_MEANING = {
    Scope.ADMIN: "do all that you may",
    Scope.SUBMIT: "read, submit and cancel jobs",
    Scope.READ: "read",
}
_PAGE = "/api/tokens/"
_NEW = "new_token"


@login_required
@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The tokens of the signed-in user; with the secret of the one that was just made."""
    sealed: str | None = request.session.pop(_NEW, None)
    return _page(request, secret=_unseal(sealed) if sealed else None)


@login_required
@require_POST
def create(request: HttpRequest) -> HttpResponse:
    """Make a token, then show it."""
    description = request.POST.get("description", "").strip()
    if len(description) > MAX_DESCRIPTION:
        return _too_long(request)
    scope = _SCOPES.get(request.POST.get("scope", Scope.ADMIN.label))
    if scope is None:
        return _page(request, error=f"A token may do one of: {', '.join(_SCOPES)}.", status=400)
    try:
        expires_on = _expiry(request.POST.get("expires", ""))
    except (ValueError, OverflowError):
        error = "Say the last day on which the token works, tomorrow or later: 2030-12-31."
        return _page(request, error=error, status=400)
    user = _user(request)
    _, secret = tokens.issue(user, user, description, scope=scope, expires_on=expires_on)
    request.session[_NEW] = sealing.seal(_NEW, secret)
    return HttpResponseRedirect(_PAGE)


@login_required
@require_POST
def edit(request: HttpRequest, token_id: int) -> HttpResponse:
    """Change a token's description."""
    description = request.POST.get("description", "").strip()
    if len(description) > MAX_DESCRIPTION:
        return _too_long(request)
    return _done(tokens.describe(_user(request), token_id, description))


@login_required
@require_POST
def delete(request: HttpRequest, token_id: int) -> HttpResponse:
    """Revoke a token."""
    return _done(tokens.revoke(_user(request), token_id))


@login_required
@require_POST
def delete_unused(request: HttpRequest) -> HttpResponse:
    """Revoke the tokens that were never used."""
    tokens.revoke_unused(_user(request))
    return HttpResponseRedirect(_PAGE)


def _expiry(text: str) -> datetime | None:
    """The end of the day (UTC) in the form; None for no day. Raises ValueError, OverflowError."""
    if not text.strip():
        return None
    end = datetime.combine(date.fromisoformat(text.strip()), time(), UTC) + timedelta(days=1)
    if end <= timezone.now() + timedelta(days=1):
        raise ValueError("the day is over, or is today")
    return end


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _done(found: bool) -> HttpResponse:
    if not found:
        raise Http404("You have no such token")
    return HttpResponseRedirect(_PAGE)


def _too_long(request: HttpRequest) -> HttpResponse:
    error = f"A description has at most {MAX_DESCRIPTION} characters: write a shorter one."
    return _page(request, error=error, status=400)


def _page(
    request: HttpRequest, *, secret: str | None = None, error: str = "", status: int = 200
) -> HttpResponse:
    now = timezone.now()
    own = list(queries.tokens_of(_user(request)))
    context = {
        "section": "api",
        "tokens": own,
        "now": now,
        "tomorrow": now + timedelta(days=1),
        "any_unused": any(token.last_used_on is None for token in own),
        "scopes": [(label, _MEANING[scope]) for label, scope in _SCOPES.items()],
        "secret": secret,
        "error": error,
        "max_description": MAX_DESCRIPTION,
    }
    return render(request, "web/api_tokens.html", context, status=status)


def _unseal(sealed: str) -> str | None:
    """None where the site's key was replaced since: then the token is void too."""
    try:
        return sealing.unseal(_NEW, sealed)
    except sealing.CannotUnseal:
        return None
