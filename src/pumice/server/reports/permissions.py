"""Who may see, ask, change and refresh saved queries."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import Q

from pumice.server.accounts.authentication import Requester
from pumice.server.accounts.grants import EVERYTHING, NOTHING, may_everything
from pumice.server.accounts.rights import rights
from pumice.server.reports.models import Query


def may_use(user: Requester, query: Query) -> bool:
    """The owner, the members of the query's group, and superusers; they may change it, too."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return (
        query.owner_id == user.pk or query.group_id in rights(user).groups or may_everything(user)
    )


def may_view(user: Requester, query: Query) -> bool:
    """Those who may use it, and everyone once it is published."""
    return query.published or may_use(user, query)


def usable(user: Requester) -> Q:
    """The queries that the user may use."""
    if not isinstance(user, User) or not user.is_active:
        return NOTHING
    if may_everything(user):
        return EVERYTHING
    return Q(owner=user) | Q(group__in=rights(user).groups)
