"""Save, change and delete queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group, User
from django.db import IntegrityError, transaction

from pumice.server.audit.record import differences, record
from pumice.server.database.texts import is_storable
from pumice.server.reports.conditions import MAX_NAME, Condition, checked
from pumice.server.reports.errors import CannotSave, InvalidCondition
from pumice.server.reports.fields import ENTITIES, Table
from pumice.server.reports.models import Hit, Query, QueryCondition
from pumice.server.reports.queries import conditions_of

KIND = "query"
MAX_QUERIES = 200
"""So many a person can save."""

_MAX_DESCRIPTION = 10_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """All that can be said of a query, but whose it is."""

    name: str
    entity: Table
    conditions: tuple[Condition, ...] = ()
    description: str = ""
    group: Group | None = None
    live: bool = True
    published: bool = False


def wanted_of(query: Query) -> Wanted:
    """What was said of a saved query; the start of a change of some of it."""
    return Wanted(
        name=query.name,
        entity=Table(query.entity),
        conditions=tuple(conditions_of(query)),
        description=query.description,
        group=query.group,
        live=query.live,
        published=query.published,
    )


def add(owner: User, wanted: Wanted) -> Query:
    """Save a query of a person's. Raises CannotSave."""
    _check(wanted)
    if Query.objects.filter(owner=owner).count() >= MAX_QUERIES:
        raise CannotSave(f"you have {MAX_QUERIES} queries already: delete one first")
    query = Query(owner=owner)
    try:
        with transaction.atomic():
            _store(query, wanted)
            _keep(query, wanted)
            record(owner, "add", KIND, _subject(query), differences({}, _shown(wanted)))
    except IntegrityError as error:
        raise _taken(wanted) from error
    return query


def change(by: User | None, query: Query, wanted: Wanted) -> None:
    """Change a query to what is wanted. Raises CannotSave.

    Kept results go where what it lists is another now. Whether `by` may is checked before.
    """
    _check(wanted)
    try:
        with transaction.atomic():
            locked = Query.objects.select_for_update().get(pk=query.pk)
            before = wanted_of(locked)
            if before == wanted:
                return
            lists_others = (before.entity, before.conditions) != (wanted.entity, wanted.conditions)
            if lists_others or before.live != wanted.live:
                Hit.objects.filter(query=locked).delete()
                locked.revision += 1
                locked.refreshed_on = locked.refreshing_since = None
            _store(locked, wanted)
            if lists_others:
                QueryCondition.objects.filter(query=locked).delete()
                _keep(locked, wanted)
            changes = differences(_shown(before), _shown(wanted))
            record(by, "change", KIND, _subject(locked), changes)
    except IntegrityError as error:
        raise _taken(wanted) from error
    except Query.DoesNotExist as error:
        raise CannotSave(f"the query {query.name!r} was deleted meanwhile") from error
    query.refresh_from_db()


def delete(by: User | None, query: Query) -> None:
    """Delete a query with its results. Whether `by` may is checked before."""
    with transaction.atomic():
        gone = {name: (old, None) for name, old in _shown(wanted_of(query)).items()}
        record(by, "delete", KIND, _subject(query), gone)
        query.delete()


def _check(wanted: Wanted) -> None:
    name = wanted.name
    if not 1 <= len(name) <= MAX_NAME or not name.isprintable() or not is_storable(name):
        raise CannotSave(
            f"the name of a query has 1 to {MAX_NAME} characters, and no control character"
        )
    if name.startswith(("+", ".")) or "/" in name:
        raise CannotSave("the name of a query has no slash, and does not begin with + or a dot")
    if len(wanted.description) > _MAX_DESCRIPTION or not is_storable(wanted.description):
        raise CannotSave(f"the description has at most {_MAX_DESCRIPTION} characters of text")
    if wanted.entity not in ENTITIES:
        raise CannotSave(f"a query lists {', '.join(ENTITIES)}, not {wanted.entity}")
    try:
        for condition in checked(wanted.conditions):
            condition.compare("")
            if not is_storable(condition.value):
                raise InvalidCondition(f"{condition.value!r} holds what no text can")
    except InvalidCondition as error:
        raise CannotSave(str(error)) from error


def _store(query: Query, wanted: Wanted) -> None:
    query.name = wanted.name
    query.entity = wanted.entity
    query.description = wanted.description
    query.group = wanted.group
    query.live = wanted.live
    query.published = wanted.published
    query.save()


def _keep(query: Query, wanted: Wanted) -> None:
    QueryCondition.objects.bulk_create(
        QueryCondition(
            query=query,
            place=place,
            table=condition.table,
            field=condition.field,
            operator=condition.operator,
            value=condition.value,
        )
        for place, condition in enumerate(wanted.conditions)
    )


def _shown(wanted: Wanted) -> dict[str, Any]:
    return {
        "name": wanted.name,
        "entity": wanted.entity.value,
        "conditions": [str(condition) for condition in wanted.conditions],
        "description": wanted.description,
        "group": wanted.group.name if wanted.group else None,
        "live": wanted.live,
        "published": wanted.published,
    }


def _subject(query: Query) -> str:
    return f"{query.owner.get_username()}/{query.name}"


def _taken(wanted: Wanted) -> CannotSave:
    return CannotSave(f"there is a query {wanted.name!r} already", taken=True)
