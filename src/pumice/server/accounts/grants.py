"""What people may do with one object of the lab: global permissions, and grants to groups.

A group can be granted to view, to submit to, or to change a device, a device type, or (but for
submitting) a worker; each includes those before it. An object that some group is granted to view
is restricted: only such groups see it. So with submitting. A global permission, given to a person
or a group as Django does, is for all objects, and includes no other.

The rules are LAVA's. They are expressed as conditions on query sets, so that a list and a
single object follow the same one, and a list asks as many queries as one object.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from django.apps import apps
from django.contrib.auth.models import User
from django.db.models import Q

from pumice.server.accounts.authentication import Requester
from pumice.server.accounts.rights import rights

HEALTH_CHECKER = "lava-health"
"""The user whose jobs are the health checks: may use whatever is not retired."""


class Level(IntEnum):
    """What a group is granted; the greater include the smaller."""

    VIEW = 1
    SUBMIT = 2
    CHANGE = 3

    @property
    def action(self) -> str:
        """The first part of the permission's codename."""
        return _ACTIONS[self]


_ACTIONS = {Level.VIEW: "view", Level.SUBMIT: "submit_to", Level.CHANGE: "change"}


@dataclass(frozen=True, slots=True)
class Granted:
    """A kind of object that groups are granted something of: a model and that of its grants.

    ``field`` is the name of the object in the model of grants, whose other fields are ``group``
    and ``level``.
    """

    app: str
    model: str
    grants: str
    field: str

    def permission(self, level: Level) -> str:
        """The global permission: ``lab.view_device``."""
        return f"{self.app}.{level.action}_{self.model}"

    def codename(self, level: Level) -> str:
        """How a grant is called on the wire: ``view_device``."""
        return f"{level.action}_{self.model}"

    def level(self, codename: str) -> Level | None:
        """The level that a codename stands for; None where it is not one of this kind."""
        return next((level for level in Level if self.codename(level) == codename), None)

    def has_global(self, user: Requester, level: Level) -> bool:
        """Whether the user has the global permission, as superusers have all."""
        return user.has_perm(self.permission(level))

    def unrestricted(self, user: Requester, level: Level, path: str) -> Q:
        """That no group is granted exactly this level of the object at `path`."""
        if (self.grants, level) not in rights(user).restricted:
            return EVERYTHING
        return ~self._among(path, level=level)

    def restricted(self, level: Level, path: str) -> Q:
        """That some group is granted exactly this level of the object at `path`."""
        return self._among(path, level=level)

    def granted(self, user: Requester, level: Level, path: str) -> Q:
        """That a group of the user is granted this level of the object, or a higher one."""
        has = rights(user)
        if not has.groups or not any(
            model == self.grants and granted >= level for model, granted in has.restricted
        ):
            return NOTHING
        return self._among(path, level__gte=level, group__in=has.groups)

    def _among(self, path: str, **conditions: object) -> Q:
        # Not a join and not a question for each row: one set, asked once a query.
        grants = apps.get_model(self.app, self.grants)._default_manager
        return Q(**{f"{path}__in": grants.filter(**conditions).values(self.field)})


NOTHING = Q(pk__in=())
"""What is true of no object."""

EVERYTHING = ~NOTHING
"""What is true of every object."""


def either(one: Q, other: Q) -> Q:
    """What fits one rule or the other; simple where one of them fits everything or nothing."""
    if EVERYTHING in (one, other):
        return EVERYTHING
    if one == NOTHING:
        return other
    return one if other == NOTHING else one | other


def both(one: Q, other: Q) -> Q:
    """What fits both rules; simple where one of them fits everything or nothing."""
    if NOTHING in (one, other):
        return NOTHING
    if one == EVERYTHING:
        return other
    return one if other == EVERYTHING else one & other


def may_everything(user: Requester) -> bool:
    """Whether the user is a superuser, and active."""
    return isinstance(user, User) and user.is_active and user.is_superuser


def is_health_checker(user: Requester) -> bool:
    """Whether the user is the one whose jobs are health checks."""
    return isinstance(user, User) and user.get_username() == HEALTH_CHECKER
