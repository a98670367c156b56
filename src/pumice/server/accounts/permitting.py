"""Give people and groups permissions for all objects, by LAVA's names of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from pumice.server.accounts import names
from pumice.server.accounts.rights import forget
from pumice.server.audit.record import record

Holder = User | Group


class NoSuchPermission(Exception):
    """There is no such model (``model`` is true) or no such permission for it."""

    def __init__(self, text: str, *, model: bool) -> None:
        super().__init__(text)
        self.model = model


@dataclass(frozen=True, slots=True, order=True)
class Held:
    """A permission by its names on the wire."""

    app: str
    model: str
    codename: str

    def __str__(self) -> str:
        return f"{self.app}.{self.model}.{self.codename}"


def permit(by: User | None, holder: Holder, app: str, model: str, codename: str) -> None:
    """Give a permission; nothing where the holder has it. Raises NoSuchPermission."""
    permission = _find(app, model, codename)
    held = _permissions(holder)
    with transaction.atomic():
        if not held.filter(pk=permission.pk).exists():
            held.add(permission)
            named = f"{app.lower()}.{codename}"
            record(by, "grant", _kind(holder), _name(holder), {"permissions": (None, named)})
    _forget(holder)


def forbid(by: User | None, holder: Holder, app: str, model: str, codename: str) -> None:
    """Take a permission; nothing where the holder has it not. Raises NoSuchPermission."""
    permission = _find(app, model, codename)
    held = _permissions(holder)
    with transaction.atomic():
        if held.filter(pk=permission.pk).exists():
            held.remove(permission)
            named = f"{app.lower()}.{codename}"
            record(by, "revoke", _kind(holder), _name(holder), {"permissions": (named, None)})
    _forget(holder)


def held_by(holder: Holder) -> list[Held]:
    """The permissions given to the holder themself, by their names; those of groups are theirs."""
    rows = _permissions(holder).values_list(
        "content_type__app_label", "content_type__model", "codename"
    )
    found: list[Held] = []
    for app, model, codename in rows:
        named = names.by_ours(app, model)
        written = named and named.wire_codename(codename)
        if named and written:
            found.append(Held(*named.wire, written))
    return sorted(found)


def _find(app: str, model: str, codename: str) -> Permission:
    named = names.by_wire(app, model)
    if named is None:
        raise NoSuchPermission(f"Invalid app.model '{app}.{model}'", model=True)
    ours = named.our_codename(codename)
    if ours is None:
        raise NoSuchPermission(f"Invalid permission '{codename}'", model=False)
    # Where Pumice has no such model there is no such row until somebody asks for it.
    content_type, _ = ContentType.objects.get_or_create(
        app_label=named.ours[0], model=named.ours[1]
    )
    permission, _ = Permission.objects.get_or_create(
        content_type=content_type,
        codename=ours,
        defaults={"name": f"Can {codename.replace('_', ' ')}"},
    )
    return permission


def _permissions(holder: Holder) -> Any:
    return holder.user_permissions if isinstance(holder, User) else holder.permissions


def _kind(holder: Holder) -> str:
    return "user" if isinstance(holder, User) else "group"


def _name(holder: Holder) -> str:
    return holder.username if isinstance(holder, User) else holder.name


def _forget(holder: Holder) -> None:
    if isinstance(holder, User):
        forget(holder)
