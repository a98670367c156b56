"""Actions that are done to what was selected in a list, after a page that asks for a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse

from pumice.server.web.admin.acting import ActsAdmin, person

MAX_AT_ONCE = 500
"""Django takes at most 1,000 fields in one form."""

MAX_REASON = 2_000
Act = Callable[[User, Any, str], bool]
"""Does something to one thing, with the reason; whether that changed anything."""


def with_reason(name: str, label: str, act: Act) -> Any:
    """An action for a list: it lists what was selected, asks why, and then calls the act."""

    def action(
        page: ActsAdmin, request: HttpRequest, queryset: QuerySet[Any]
    ) -> TemplateResponse | None:
        items = list(queryset[: MAX_AT_ONCE + 1])
        if len(items) > MAX_AT_ONCE:
            text = f"At most {MAX_AT_ONCE} can be acted on at once: select fewer."
            page.message_user(request, text, messages.ERROR)
            return None
        if "reason" not in request.POST:
            return _question(page, request, items)
        reason = request.POST["reason"].strip()[:MAX_REASON]
        done = sum(act(person(request), item, reason) for item in items)
        same = f" {len(items) - done} stayed as they were." if done < len(items) else ""
        page.message_user(request, f"{label}: done to {done}.{same}", messages.SUCCESS)
        return None

    def _question(page: ActsAdmin, request: HttpRequest, items: list[Any]) -> TemplateResponse:
        context = {
            **page.admin_site.each_context(request),
            "title": label,
            "opts": page.opts,
            "items": items,
            "action": name,
            "checkbox": ACTION_CHECKBOX_NAME,
            "max_reason": MAX_REASON,
        }
        return TemplateResponse(request, "web/admin/reason.html", context)

    action.__name__ = name
    action.short_description = label  # type: ignore[attr-defined]
    action.allowed_permissions = ("change",)  # type: ignore[attr-defined]
    return action
