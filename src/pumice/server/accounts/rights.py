"""What a person's groups and permissions are, read in one query and kept with the user's object.

A request makes its user's object anew, so what is kept is never older than the request.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from pumice.server.accounts.authentication import Requester

GRANTS = (("lab", "devicegrant"), ("lab", "devicetypegrant"), ("lab", "workergrant"))
"""The models of what groups are granted of single objects."""

_KEPT = "_pumice_rights"
_GROUP, _PERMISSION, _RESTRICTION = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Rights:
    """The user's groups by their keys, all permissions as ``app.codename``, whoever gave them; and
    of what models of grants and levels there is any grant in the lab, whoever has it."""

    groups: frozenset[int]
    permissions: frozenset[str]
    restricted: frozenset[tuple[str, int]]


def rights(user: Requester) -> Rights:
    """The rights of a user, active or not, superuser or not: those that are written down."""
    kept: Rights | None = getattr(user, _KEPT, None)
    if kept is None:
        kept = _read(user.pk if isinstance(user, User) else None)
        setattr(user, _KEPT, kept)
    return kept


def forget(user: Requester) -> None:
    """Read the rights anew when they are next asked: they were changed."""
    if hasattr(user, _KEPT):
        delattr(user, _KEPT)


class Backend(ModelBackend):
    """Django's own, with the permissions read in one query."""

    def get_all_permissions(self, user_obj: Any, obj: Any | None = None) -> set[str]:
        """The user's permissions for all objects; none where they are not active."""
        if not isinstance(user_obj, User) or not user_obj.is_active or obj is not None:
            return set()
        if user_obj.is_superuser:
            return super().get_all_permissions(user_obj)
        return set(rights(user_obj).permissions)


def _read(user: int | None) -> Rights:
    with connection.cursor() as cursor:
        cursor.execute(_sql(), {"user": user})
        rows = cursor.fetchall()
    return Rights(
        groups=frozenset(number for kind, number, _, _ in rows if kind == _GROUP),
        permissions=frozenset(
            f"{app}.{codename}" for kind, _, app, codename in rows if kind == _PERMISSION
        ),
        restricted=frozenset(
            (model, level) for kind, level, model, _ in rows if kind == _RESTRICTION
        ),
    )


def _sql() -> str:
    groups = User.groups.through._meta.db_table
    own = User.user_permissions.through._meta.db_table
    of_groups = Group.permissions.through._meta.db_table
    types, permissions = ContentType._meta.db_table, Permission._meta.db_table
    # Built of names of tables alone.
    parts = [
        f"SELECT {_GROUP} AS kind, group_id AS number, '' AS name, '' AS codename"  # noqa: S608
        f" FROM {groups} WHERE user_id = %(user)s",
        f"SELECT {_PERMISSION}, 0, t.app_label, p.codename"  # noqa: S608
        f" FROM {permissions} p JOIN {types} t ON t.id = p.content_type_id WHERE p.id IN"
        f" (SELECT permission_id FROM {own} WHERE user_id = %(user)s"
        f" UNION SELECT g.permission_id FROM {of_groups} g"
        f" JOIN {groups} m ON m.group_id = g.group_id WHERE m.user_id = %(user)s)",
    ]
    for app, model in GRANTS:
        table = apps.get_model(app, model)._meta.db_table
        parts.append(
            f"SELECT DISTINCT {_RESTRICTION}, level, '{model}', '' FROM {table}"  # noqa: S608
        )
    return " UNION ALL ".join(parts)
