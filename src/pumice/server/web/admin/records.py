"""The record of changes, and saved queries: read, queries are deleted too."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from pumice.server.audit import queries
from pumice.server.audit.models import Entry
from pumice.server.reports import saving
from pumice.server.reports.models import Query
from pumice.server.web.admin.acting import ReadOnlyAdmin, person
from pumice.server.web.admin.site import SITE


@admin.register(Entry, site=SITE)
class EntryAdmin(ReadOnlyAdmin):
    """The record of changes; the page of changes searches it by every field."""

    list_display = ("when", "who", "via", "address", "act", "kind", "subject")
    search_fields = ("=subject",)
    ordering = ("-id",)
    fields = ("page", "when", "who", "via", "address", "act", "kind", "subject", "reason")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        return queries.visible(person(request))

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[QuerySet[Entry], bool]:
        wanted = queries.Search(subject=search_term.strip())
        return queries.searched(queryset, wanted), False

    @admin.display(description="values")
    def page(self, entry: Entry) -> SafeString:
        """The page with old and new values."""
        return format_html('<a href="/audit/{}/">old and new</a>', entry.pk)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Query, site=SITE)
class QueryAdmin(ReadOnlyAdmin):
    """Saved queries."""

    noun = "query"
    list_display = ("name", "owner", "group", "entity", "published", "live", "refreshed_on")
    list_filter = ("published", "live")
    list_select_related = ("owner", "group")
    search_fields = ("=owner__username", "name")
    ordering = ("owner__username", "name")
    fields = ("name", "owner", "group", "description", "entity", "published", "live")

    def subject_of(self, item: Query) -> str:
        return f"{item.owner.get_username()}/{item.name}"

    def delete_act(self, by: User, item: Query) -> None:
        saving.delete(by, item)
