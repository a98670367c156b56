"""What groups may do with a thing, on its page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from pumice.server.accounts.grants import Level
from pumice.server.lab import granting
from pumice.server.web.admin.acting import person


class GrantInline(admin.TabularInline):
    """Grants, which are given and taken, never changed; by whoever may change the thing."""

    autocomplete_fields = ("group",)
    extra = 0
    verbose_name = "permission of a group"
    verbose_name_plural = "permissions of groups"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("group").order_by("group__name")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def _may(self, request: HttpRequest) -> bool:
        meta = self.parent_model._meta
        return request.user.has_perm(f"{meta.app_label}.change_{meta.model_name}")


class GrantingMixin:
    """A page that has such grants."""

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Give and take what was asked, by the acts."""
        if not issubclass(formset.model, Model) or not hasattr(formset.model, "level"):
            return
        formset.save(commit=False)
        item = type(form.instance)._default_manager.get(pk=form.instance.pk)
        for grant in formset.deleted_objects:
            granting.revoke(person(request), item, grant.group, Level(grant.level))
        for grant in formset.new_objects:
            granting.grant(person(request), item, grant.group, Level(grant.level))
