"""People save, change and delete queries; who else may use them; how many and how large."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User

from pumice.server.audit.models import Entry
from pumice.server.reports import queries, saving
from pumice.server.reports.conditions import Condition
from pumice.server.reports.errors import CannotSave
from pumice.server.reports.fields import Operator, Table
from pumice.server.reports.models import Query, QueryCondition
from pumice.server.reports.permissions import may_use, may_view
from pumice.server.reports.saving import Wanted, wanted_of

if TYPE_CHECKING:
    from .conftest import Save

TEXT = "health__exact__Incomplete,testcase__name__icontains__boot"


def test_a_query_is_saved_with_its_conditions_in_order(save: Save, alice: User) -> None:
    save(alice, "failed", TEXT, description="What failed", published=True)
    query = queries.named("alice", "failed")
    assert query is not None
    assert wanted_of(query) == Wanted(
        name="failed",
        entity=Table.JOB,
        conditions=(
            Condition(Table.JOB, "health", Operator.EXACT, "Incomplete"),
            Condition(Table.CASE, "name", Operator.CONTAINS, "boot"),
        ),
        description="What failed",
        published=True,
    )
    assert queries.named("bob", "failed") is None
    assert queries.named("ali\0ce", "failed") is None


def test_changes_are_noted_with_what_was_and_is(save: Save, alice: User) -> None:
    query = save(alice, "failed", TEXT)
    condition = Condition(Table.JOB, "submitter", Operator.EXACT, "bob")
    saving.change(alice, query, replace(wanted_of(query), name="bob's", conditions=(condition,)))
    saving.change(alice, query, wanted_of(query))
    saving.delete(alice, query)
    noted = Entry.objects.filter(kind="query").order_by("id")
    assert [(entry.who, entry.act, entry.subject) for entry in noted] == [
        ("alice", "add", "alice/failed"),
        ("alice", "change", "alice/bob's"),
        ("alice", "delete", "alice/bob's"),
    ]
    assert noted.values()[1]["changes"] == {
        "name": ["failed", "bob's"],
        "conditions": [
            ["testjob__health__exact__Incomplete", "testcase__name__icontains__boot"],
            ["testjob__submitter__exact__bob"],
        ],
    }
    assert not Query.objects.exists()
    assert not QueryCondition.objects.exists()


def test_a_name_is_used_once_by_a_person(save: Save, alice: User, bob: User) -> None:
    save(alice, "failed")
    save(bob, "failed")
    other = save(alice, "passed")
    for act in (
        lambda: save(alice, "failed"),
        lambda: saving.change(alice, other, replace(wanted_of(other), name="failed")),
    ):
        with pytest.raises(CannotSave) as caught:
            act()
        assert caught.value.taken
    assert Query.objects.filter(owner=alice).count() == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 101},
        {"name": "two\nlines"},
        {"name": "a/b"},
        {"name": "+add"},
        {"name": "\ud800"},
        {"description": "nul \0"},
        {"description": "x" * 10_001},
        {"entity": Table.ATTRIBUTE},
        {"conditions": (Condition(Table.JOB, "password", Operator.EXACT, "x"),)},
        {"conditions": (Condition(Table.JOB, "start_time", Operator.GREATER, "soon"),)},
        {"conditions": (Condition(Table.JOB, "description", Operator.EXACT, "\0"),)},
        {"conditions": (Condition(Table.JOB, "description", Operator.EXACT, "x" * 501),)},
        {"conditions": (Condition(Table.JOB, "id", Operator.EXACT, "1"),) * 21},
    ],
)
def test_what_cannot_be_kept_is_refused(save: Save, alice: User, wrong: dict[str, object]) -> None:
    wanted = replace(Wanted("fine", Table.JOB), **wrong)  # pyright: ignore[reportArgumentType]
    with pytest.raises(CannotSave) as caught:
        saving.add(alice, wanted)
    assert not caught.value.taken
    query = save(alice, "failed", TEXT)
    with pytest.raises(CannotSave):
        saving.change(alice, query, wanted)
    assert wanted_of(Query.objects.get()) == wanted_of(query)


def test_a_person_has_only_so_many(
    save: Save, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "MAX_QUERIES", 2)
    save(alice, "one")
    save(alice, "two")
    with pytest.raises(CannotSave, match="2 queries already"):
        save(alice, "three")
    save(bob, "one")


def test_a_query_that_is_gone_cannot_be_changed(save: Save, alice: User) -> None:
    query = save(alice, "failed", TEXT)
    Query.objects.all().delete()
    with pytest.raises(CannotSave, match="deleted meanwhile"):
        saving.change(alice, query, replace(wanted_of(query), name="new"))


def test_the_owner_the_group_and_superusers_use_a_query(
    save: Save, alice: User, bob: User, admin: User
) -> None:
    team = Group.objects.create(name="team")
    query = save(alice, "failed", TEXT, group=team)
    carol = User.objects.create_user("carol")
    carol.groups.add(team)
    away = User.objects.create_user("dave", is_active=False)
    away.groups.add(team)
    people = (alice, carol, admin, bob, away, AnonymousUser())
    assert [may_use(user, query) for user in people] == [True, True, True, False, False, False]
    assert [list(queries.queries(user)) == [query] for user in people] == [
        may_view(user, query) for user in people
    ]
    saving.change(alice, query, replace(wanted_of(query), published=True, group=None))
    assert [may_use(user, query) for user in people] == [*(True, False, True, False, False, False)]
    assert all(may_view(user, query) for user in people)
    assert all(list(queries.queries(user)) == [query] for user in people)


def test_a_group_that_is_deleted_leaves_the_query_to_its_owner(save: Save, alice: User) -> None:
    team = Group.objects.create(name="team")
    query = save(alice, "failed", TEXT, group=team)
    team.delete()
    query.refresh_from_db()
    assert query.group is None
    assert may_use(alice, query)
