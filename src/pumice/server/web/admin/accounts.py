"""Users, groups and tokens."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.contrib.auth.models import Group, Permission, User
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.http import HttpRequest

from pumice.server.accounts import artifacts, names, people, permitting, tokens
from pumice.server.accounts.models import ArtifactToken, Token
from pumice.server.accounts.permitting import Holder
from pumice.server.web.admin.acting import ActsAdmin, ReadOnlyAdmin
from pumice.server.web.admin.reasons import with_reason
from pumice.server.web.admin.site import SITE

_RIGHTS = ("is_superuser", "groups", "user_permissions")
"""What only superusers give: with it, others could give themselves everything."""


class PermissionField(forms.ModelMultipleChoiceField):
    """Permissions by their names on the wire, those that have one."""

    def label_from_instance(self, obj: Any) -> str:
        return _wire_name(obj) or str(obj)


def _wire_name(permission: Permission) -> str | None:
    kind = permission.content_type
    return names.on_the_wire(kind.app_label, kind.model, permission.codename)


def _permission_field(db_field: Any, **kwargs: Any) -> Any:
    found = Permission.objects.select_related("content_type")
    known = [permission.pk for permission in found if _wire_name(permission)]
    return db_field.formfield(
        form_class=PermissionField, queryset=found.filter(pk__in=known), **kwargs
    )


def _set_permissions(by: User, holder: Holder, has: Any, wanted: Any) -> None:
    """Give and take, by their names on the wire, what differs; what has none there is kept."""
    before = {_wire_name(one) for one in has.select_related("content_type")} - {None}
    after = {_wire_name(one) for one in wanted.select_related("content_type")} - {None}
    for name in sorted(cast("set[str]", after - before)):
        permitting.permit(by, holder, *name.split("."))
    for name in sorted(cast("set[str]", before - after)):
        permitting.forbid(by, holder, *name.split("."))


class PersonForm(forms.ModelForm):
    """A user; the password is only ever set, never shown."""

    new_password = forms.CharField(
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Left empty, the password stays as it is; a new user then has none.",
    )

    def clean_new_password(self) -> str:
        text: str = self.cleaned_data["new_password"]
        if text:
            validate_password(text, self.instance)
        return text


@admin.register(User, site=SITE)
class UserAdmin(ActsAdmin):
    """Users; only superusers change staff, and give permissions and groups."""

    noun = "user"
    form = PersonForm
    list_display = ("username", "email", "first_name", "last_name", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("username", "first_name", "last_name", "email")
    ordering = ("username",)
    autocomplete_fields = ("groups",)
    filter_horizontal = ("user_permissions",)
    named_by = ("username",)
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "new_password", "first_name", "last_name", "email")}),
        ("Rights", {"fields": ("is_active", "is_staff", *_RIGHTS)}),
        ("Times", {"fields": ("last_login", "date_joined")}),
    )

    def subject_of(self, item: User) -> str:
        return item.username

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        may_all = cast("User", request.user).is_superuser
        return fields if may_all else (*fields, "is_staff", *_RIGHTS)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _dares(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _dares(request, obj) and super().has_delete_permission(request, obj)

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "user_permissions":
            widget = FilteredSelectMultiple("permissions", False)
            return _permission_field(db_field, widget=widget)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_actions(self, request: HttpRequest) -> Any:
        found = super().get_actions(request)
        if not cast("User", request.user).is_superuser:
            # They would reach superusers, whom the page of one user keeps from others.
            found.pop("delete_selected", None)
            found.pop("close", None)
        return found

    def add_act(self, by: User, values: dict[str, Any]) -> User:
        given = {name: values[name] for name in people.FIELDS if name in values}
        user = people.add_user(by, values["username"], values["new_password"] or None, **given)
        self._set_rights(by, user, values)
        return user

    def change_act(self, by: User, item: User, values: dict[str, Any]) -> None:
        given = {name: values[name] for name in people.FIELDS if name in values}
        people.change_user(by, item, password=values.get("new_password") or None, **given)
        self._set_rights(by, item, values)

    def _set_rights(self, by: User, user: User, values: dict[str, Any]) -> None:
        if "groups" in values:
            has, wanted = set(user.groups.all()), set(values["groups"])
            for group in wanted - has:
                people.join(by, user, group)
            for group in has - wanted:
                people.leave(by, user, group)
        if "user_permissions" in values:
            _set_permissions(by, user, user.user_permissions, values["user_permissions"])

    def delete_act(self, by: User, item: User) -> None:
        people.delete_user(by, item)

    @staticmethod
    def _close(by: User, user: User, reason: str) -> bool:
        was_open = user.is_active
        people.close(by, user)
        return was_open

    actions = (with_reason("close", "Close the accounts, with their tokens and rights", _close),)


def _dares(request: HttpRequest, user: User | None) -> bool:
    """Whether the person may change the user: who sets a password can sign in as its owner."""
    may_all = cast("User", request.user).is_superuser
    return may_all or user is None or not (user.is_superuser or user.is_staff)


@admin.register(Group, site=SITE)
class GroupAdmin(ActsAdmin):
    """Groups; who is in one stands on the pages of users."""

    noun = "group"
    list_display = ("name",)
    search_fields = ("name",)
    ordering = ("name",)
    filter_horizontal = ("permissions",)
    named_by = ("name",)

    def subject_of(self, item: Group) -> str:
        return item.name

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return fields if cast("User", request.user).is_superuser else (*fields, "permissions")

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        widget = FilteredSelectMultiple("permissions", False)
        return _permission_field(db_field, widget=widget)

    def add_act(self, by: User, values: dict[str, Any]) -> Group:
        group = people.add_group(by, values["name"])
        self.change_act(by, group, values)
        return group

    def change_act(self, by: User, item: Group, values: dict[str, Any]) -> None:
        if "permissions" in values:
            _set_permissions(by, item, item.permissions, values["permissions"])

    def delete_act(self, by: User, item: Group) -> None:
        people.delete_group(by, item)


@admin.register(Token, site=SITE)
class TokenAdmin(ReadOnlyAdmin):
    """People's tokens, without their secrets; to delete one is to revoke it."""

    noun = "token"
    list_display = (
        "id",
        "user",
        "description",
        "level",
        "created_on",
        "last_used_on",
        "expires_on",
    )
    list_select_related = ("user",)
    search_fields = ("=user__username", "description")
    ordering = ("-id",)
    fields = ("user", "description", "level", "created_on", "last_used_on", "expires_on")

    def subject_of(self, item: Token) -> str:
        return f"{item.user.get_username()}/{item.pk}"

    @admin.display(description="scope", ordering="scope")
    def level(self, token: Token) -> str:
        """What it is good for."""
        return token.get_scope_display()  # type: ignore[attr-defined]

    def delete_act(self, by: User, item: Token) -> None:
        with transaction.atomic():
            tokens.delete(by, item, "revoked by an administrator")


@admin.register(ArtifactToken, site=SITE)
class ArtifactTokenAdmin(ReadOnlyAdmin):
    """Remote artifact tokens, without their values."""

    noun = "remote artifact token"
    list_display = ("name", "user")
    list_select_related = ("user",)
    search_fields = ("=user__username", "name")
    ordering = ("user__username", "name")
    fields = ("name", "user")

    def subject_of(self, item: ArtifactToken) -> str:
        return item.name

    def delete_act(self, by: User, item: ArtifactToken) -> None:
        artifacts.delete_of(by, item.user, item.name)
