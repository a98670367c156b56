"""What all models have here: changes by acts, refusals as messages, lists that do not count."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.options import ShowFacets
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db.models import Field, Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from pumice.server.accounts.errors import CannotChange

MAX_COUNTED = 10_000


def person(request: HttpRequest) -> User:
    """The administrator who asks."""
    return cast("User", request.user)


class ShortPaginator(Paginator):
    """Pages of the first 10,000 rows: to count all of a large table would take seconds."""

    @cached_property
    def count(self) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        return self.object_list.order_by()[:MAX_COUNTED].count()


class ActsAdmin(admin.ModelAdmin):
    """A model whose changes are acts: subclasses say which.

    ``noun`` is what its things are called in the record of changes.
    """

    noun = ""
    list_per_page = 50
    list_max_show_all = 200
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    paginator = ShortPaginator

    def add_act(self, by: User, values: dict[str, Any]) -> Model:
        """Add a thing with the values of the form; the thing."""
        raise NotImplementedError

    def change_act(self, by: User, item: Any, values: dict[str, Any]) -> None:
        """Change a thing; ``values`` are those of the form that have changed."""
        raise NotImplementedError

    def delete_act(self, by: User, item: Any) -> None:
        """Delete a thing."""
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Call the act; what the form changed of the object is never saved."""
        if not change:
            obj.pk = self.add_act(person(request), form.cleaned_data).pk
            obj._state.adding = False
            return
        changed = {name: form.cleaned_data[name] for name in form.changed_data}
        if changed:
            stored = type(obj)._default_manager.get(pk=obj.pk)
            self.change_act(person(request), stored, changed)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Call acts for what stands in other tables: the acts of the model have done the rest."""
        for formset in formsets:
            self.save_formset(request, form, formset, change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.delete_act(person(request), obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for item in queryset:
            self.delete_act(person(request), item)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return settings.ALLOW_ADMIN_DELETE and super().has_delete_permission(request, obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What is named before it is deleted: not everything that hangs on it, which has no end."""
        called = self.model._meta.verbose_name_plural
        return [str(item) for item in objs], {called: len(objs)}, set(), []

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A name is given once: other things, files and clients know it."""
        fields = super().get_readonly_fields(request, obj)
        return (*fields, *self.named_by) if obj is not None else fields

    named_by: tuple[str, ...] = ()
    """The fields that cannot be changed once the thing is there."""

    def formfield_for_dbfield(self, db_field: Field, request: Any, **kwargs: Any) -> Any:
        """As Django's, but what may be null, or is a list, may be left empty."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and (db_field.null or db_field.many_to_many):
            field.required = False
        widget: Any = getattr(field, "widget", None)
        if isinstance(widget, forms.Textarea):
            widget.attrs["rows"] = 4
        if isinstance(widget, RelatedFieldWidgetWrapper):
            widget.can_delete_related = widget.can_change_related = False
        return field

    def changelist_view(self, request: Any, extra_context: Any = None) -> Any:
        return self._told(request, lambda: super(ActsAdmin, self).changelist_view(request))

    def changeform_view(
        self, request: Any, object_id: Any = None, form_url: Any = "", extra_context: Any = None
    ) -> Any:
        ask = super().changeform_view
        return self._told(request, lambda: ask(request, object_id, form_url, extra_context))

    def delete_view(self, request: Any, object_id: str, extra_context: Any = None) -> Any:
        ask = super().delete_view
        return self._told(request, lambda: ask(request, object_id, extra_context))

    def _told(self, request: HttpRequest, ask: Callable[[], HttpResponse]) -> HttpResponse:
        """The answer; or the page again, with what the act refused."""
        try:
            return ask()
        except CannotChange as error:
            self.message_user(request, f"{str(error)[:1].upper()}{str(error)[1:]}.", messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def history_view(self, request: Any, object_id: str, extra_context: Any = None) -> Any:
        """Lead to the record of changes."""
        item = self.get_object(request, unquote(object_id))
        subject = self.subject_of(item) if item is not None else object_id
        query = urlencode({"kind": self.noun, "subject": subject})
        return HttpResponseRedirect(f"{reverse('audit')}?{query}")

    def subject_of(self, item: Any) -> str:
        """What the record of changes calls the thing."""
        return str(item.pk)

    # The record of changes has it all.
    def log_addition(self, request: Any, object: Any, message: Any) -> Any:
        return None

    def log_change(self, request: Any, object: Any, message: Any) -> Any:
        return None

    def log_deletions(self, request: Any, queryset: Any) -> Any:
        return None


class ReadOnlyAdmin(ActsAdmin):
    """A model that is only looked at, and perhaps deleted."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """To change is to act, in a list; the page of one thing has no form."""
        return obj is None and super().has_change_permission(request)
