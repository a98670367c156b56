"""Devices, device types, workers, tags and aliases."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from pumice.server.accounts.errors import CannotChange
from pumice.server.lab import configuration, device_types, devices, queries, tags, workers
from pumice.server.lab.models import (
    Alias,
    Device,
    DeviceGrant,
    DeviceType,
    DeviceTypeGrant,
    Tag,
    Worker,
    WorkerGrant,
)
from pumice.server.lab.naming import check_name
from pumice.server.lifecycle import removal
from pumice.server.lifecycle.health import set_device_health, set_worker_health
from pumice.server.web.admin.acting import ActsAdmin, person
from pumice.server.web.admin.grants import GrantingMixin, GrantInline
from pumice.server.web.admin.reasons import with_reason
from pumice.server.web.admin.site import SITE
from pumice.wire.states import DeviceHealth, WorkerHealth


class NamedForm(forms.ModelForm):
    """A form of a thing with a name, which is checked where it can be corrected."""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for field in ("hostname", "name"):
            if field in values:
                try:
                    check_name(values[field], "thing", self.fields[field].max_length or 100)  # type: ignore[attr-defined]
                except CannotChange as error:
                    self.add_error(field, f"{error}.")
        return values


class DeviceGrants(GrantInline):
    model = DeviceGrant


class DeviceTypeGrants(GrantInline):
    model = DeviceTypeGrant


class WorkerGrants(GrantInline):
    model = WorkerGrant


def _device_action(health: DeviceHealth) -> Any:
    def act(by: User, device: Device, reason: str) -> bool:
        return set_device_health(by, device.pk, health, reason)

    return with_reason(f"health_{health.name.lower()}", f"Set health to {health.label}", act)


def _worker_action(health: WorkerHealth) -> Any:
    def act(by: User, worker: Worker, reason: str) -> bool:
        return set_worker_health(by, worker.pk, health, reason)

    return with_reason(f"health_{health.name.lower()}", f"Set health to {health.label}", act)


@admin.register(Device, site=SITE)
class DeviceAdmin(GrantingMixin, ActsAdmin):
    """Devices; their health changes by actions, their dictionary is a file."""

    noun = devices.KIND
    form = NamedForm
    list_display = ("hostname", "device_type", "worker_host", "state", "health", "is_synced")
    list_filter = ("state", "health", "is_synced", "device_type", "worker_host")
    list_select_related = ("device_type", "worker_host")
    search_fields = ("hostname", "device_type__name")
    ordering = ("hostname",)
    autocomplete_fields = (
        *("device_type", "worker_host", "tags", "physical_owner", "physical_group"),
    )
    named_by = ("hostname",)
    readonly_fields = ("state", "health", "device_version", "is_synced", "dictionary")
    inlines = (DeviceGrants,)
    actions = tuple(map(_device_action, DeviceHealth))
    fieldsets = (
        (None, {"fields": ("hostname", "device_type", "worker_host", "description", "tags")}),
        ("Owner", {"fields": ("physical_owner", "physical_group")}),
        ("State", {"fields": ("state", "health", "device_version", "is_synced", "dictionary")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Device]:
        return queries.devices(person(request))

    @admin.display(description="dictionary")
    def dictionary(self, device: Device) -> SafeString | str:
        """The page of the dictionary."""
        if not device.pk or not configuration.has_dictionary(device.pk):
            return "none: jobs cannot run on the device"
        return format_html('<a href="{}">as written</a>', reverse("dictionary", args=[device.pk]))

    def add_act(self, by: User, values: dict[str, Any]) -> Device:
        device = devices.add(
            by,
            values["hostname"],
            values["device_type"],
            values["worker_host"],
            description=values["description"],
        )
        owners = ("tags", "physical_owner", "physical_group")
        self.change_act(by, device, {name: values[name] for name in owners if values[name]})
        return device

    def change_act(self, by: User, item: Device, values: dict[str, Any]) -> None:
        called = {"worker_host": "worker", "physical_owner": "owner", "physical_group": "group"}
        given = {called.get(name, name): value for name, value in values.items() if name != "tags"}
        if given:
            devices.change(by, item, **given)
        if "tags" in values:
            wanted, has = set(values["tags"]), set(item.tags.all())
            for tag in sorted(wanted - has, key=str):
                devices.tag(by, item, tag.name)
            for tag in sorted(has - wanted, key=str):
                devices.untag(by, item, tag)

    def delete_act(self, by: User, item: Device) -> None:
        removal.delete_device(by, item.pk)


class Aliases(admin.TabularInline):
    """The aliases of a device type, which are added and deleted here."""

    model = Alias
    extra = 0

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(DeviceType, site=SITE)
class DeviceTypeAdmin(GrantingMixin, ActsAdmin):
    """Device types; template and health check are files."""

    noun = device_types.KIND
    form = NamedForm
    list_display = ("name", "display", "health_frequency", "health_denominator", "no_health_check")
    list_filter = ("display", "disable_health_check")
    search_fields = ("name", "description")
    ordering = ("name",)
    named_by = ("name",)
    inlines = (Aliases, DeviceTypeGrants)

    def get_queryset(self, request: HttpRequest) -> QuerySet[DeviceType]:
        return queries.device_types(person(request))

    @admin.display(description="no health check", boolean=True, ordering="disable_health_check")
    def no_health_check(self, kind: DeviceType) -> bool:
        """Whether its devices are not checked."""
        return kind.disable_health_check

    def add_act(self, by: User, values: dict[str, Any]) -> DeviceType:
        return device_types.add(by, **values)

    def change_act(self, by: User, item: DeviceType, values: dict[str, Any]) -> None:
        device_types.change(by, item, **values)

    def delete_act(self, by: User, item: DeviceType) -> None:
        removal.delete_device_type(by, item.pk)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if formset.model is Alias:
            formset.save(commit=False)
            for alias in formset.deleted_objects:
                device_types.delete_alias(person(request), alias)
            for alias in formset.new_objects:
                kind = DeviceType.objects.get(pk=form.instance.pk)
                device_types.add_alias(person(request), alias.name, kind)


@admin.register(Worker, site=SITE)
class WorkerAdmin(GrantingMixin, ActsAdmin):
    """Workers; their health changes by actions, and their token is never shown here."""

    noun = workers.KIND
    form = NamedForm
    list_display = ("hostname", "state", "health", "job_limit", "last_ping", "version")
    list_filter = ("state", "health")
    search_fields = ("hostname", "description")
    ordering = ("hostname",)
    named_by = ("hostname",)
    fields = (
        *("hostname", "description", "job_limit"),
        *("state", "health", "last_ping", "version"),
    )
    readonly_fields = ("state", "health", "last_ping", "version")
    inlines = (WorkerGrants,)
    actions = tuple(map(_worker_action, WorkerHealth))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Worker]:
        return queries.workers(person(request))

    def add_act(self, by: User, values: dict[str, Any]) -> Worker:
        worker, _ = workers.add(values["hostname"], values["description"], by=by)
        self.change_act(by, worker, {"job_limit": values["job_limit"]})
        return worker

    def change_act(self, by: User, item: Worker, values: dict[str, Any]) -> None:
        workers.change(by, item, **values)

    def delete_act(self, by: User, item: Worker) -> None:
        removal.delete_worker(by, item.pk)


@admin.register(Tag, site=SITE)
class TagAdmin(ActsAdmin):
    """Tags of devices."""

    noun = tags.KIND
    form = NamedForm
    list_display = ("name", "description")
    search_fields = ("name", "description")
    ordering = ("name",)
    named_by = ("name",)

    def subject_of(self, item: Tag) -> str:
        return item.name

    def add_act(self, by: User, values: dict[str, Any]) -> Tag:
        return tags.add(by, values["name"], values["description"])

    def change_act(self, by: User, item: Tag, values: dict[str, Any]) -> None:
        tags.change(by, item, values["description"])

    def delete_act(self, by: User, item: Tag) -> None:
        tags.delete(by, item)


@admin.register(Alias, site=SITE)
class AliasAdmin(ActsAdmin):
    """Aliases of device types."""

    noun = "alias"
    form = NamedForm
    list_display = ("name", "device_type")
    list_select_related = ("device_type",)
    search_fields = ("name", "device_type__name")
    ordering = ("name",)
    autocomplete_fields = ("device_type",)
    named_by = ("name",)

    def add_act(self, by: User, values: dict[str, Any]) -> Alias:
        if values["device_type"] is None:
            raise CannotChange("a new alias is one of a device type")
        device_types.add_alias(by, values["name"], values["device_type"])
        return Alias.objects.get(pk=values["name"])

    def change_act(self, by: User, item: Alias, values: dict[str, Any]) -> None:
        if values["device_type"] is None:
            device_types.unname_alias(by, item)
        else:
            device_types.name_alias(by, values["device_type"], item.pk)

    def delete_act(self, by: User, item: Alias) -> None:
        device_types.delete_alias(by, item)
