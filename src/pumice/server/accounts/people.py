"""Add, change and delete users and groups; put users into groups."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from pumice.server.accounts import tokens
from pumice.server.accounts.errors import CannotChange
from pumice.server.accounts.models import Token
from pumice.server.accounts.permitting import forbid, held_by
from pumice.server.accounts.rights import forget
from pumice.server.audit.record import differences, record

FIELDS = ("first_name", "last_name", "email", "is_active", "is_staff", "is_superuser")
"""What can be said of a user beside their name and password."""

_MAX_GROUP = 150


def add_user(by: User | None, username: str, password: str | None = None, **values: Any) -> User:
    """Add a user; without a password they sign in by a token alone, or by another service.

    ``values`` are of :data:`FIELDS`. Raises CannotChange.
    """
    user = User(username=username, **values)
    user.set_password(password)
    _check(user)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            record(by, "add", "user", username, differences({}, _shown(user)))
    except IntegrityError as error:
        raise CannotChange(f"there is a user {username!r} already", taken=True) from error
    return user


def change_user(by: User | None, user: User, *, password: str | None = None, **values: Any) -> None:
    """Change what is given of :data:`FIELDS`, and the password. Raises CannotChange."""
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)
        before = _shown(locked)
        for name, value in values.items():
            setattr(locked, name, value)
        changes = dict(differences(before, _shown(locked)))
        if password is not None:
            locked.set_password(password)
            changes["password"] = (None, "(changed)")
        if not changes:
            return
        _check(locked)
        locked.save()
        record(by, "change", "user", locked.username, changes)
    user.refresh_from_db()


def hand_over(by: User | None, user: User, username: str, **values: Any) -> None:
    """Give a user, with their jobs, tokens and groups, to a person of another service.

    They have that name from then on, the ``values`` (of :data:`FIELDS`), and no password of the
    lab's own. Raises CannotChange, also where another user has the name.
    """
    try:
        with transaction.atomic():
            locked = User.objects.select_for_update().get(pk=user.pk)
            before = {**_shown(locked), "username": locked.username}
            locked.username = username
            for name, value in values.items():
                setattr(locked, name, value)
            locked.set_unusable_password()
            _check(locked)
            locked.save()
            changes = dict(differences(before, {**_shown(locked), "username": username}))
            changes["password"] = (None, "(none)")
            record(by, "change", "user", before["username"], changes)
    except IntegrityError as error:
        raise CannotChange(f"there is a user {username!r} already", taken=True) from error
    user.refresh_from_db()


def delete_user(by: User | None, user: User) -> None:
    """Delete a user, with tokens and settings. Raises CannotChange where they have jobs."""
    try:
        with transaction.atomic():
            gone = {name: (old, None) for name, old in _shown(user).items()}
            record(by, "delete", "user", user.username, gone)
            user.delete()
    except ProtectedError as error:
        raise CannotChange(
            f"the user {user.username!r} has jobs, which would be lost: set is_active to false"
            " instead, and they can no longer sign in or use a token"
        ) from error
    except IntegrityError as error:
        # Tables of another way to sign in that is no longer set up are unknown here, but stay.
        raise CannotChange(
            f"the user {user.username!r} has signed in at another site, whose settings are gone:"
            " set them again, or set is_active to false instead"
        ) from error


def close(by: User | None, user: User) -> None:
    """Close an account: the user can no longer sign in, and loses tokens, groups and permissions.

    Their jobs are kept.
    """
    with transaction.atomic():
        change_user(by, user, is_active=False, is_staff=False, is_superuser=False)
        for token in Token.objects.select_for_update().filter(user=user).order_by("pk"):
            tokens.delete(by, token, "the account is closed")
        for group in user.groups.order_by("name"):
            leave(by, user, group)
        for held in held_by(user):
            forbid(by, user, held.app, held.model, held.codename)


def add_group(by: User | None, name: str) -> Group:
    """Add a group. Raises CannotChange."""
    if not 1 <= len(name) <= _MAX_GROUP or not name.isprintable():
        raise CannotChange(
            f"the name of a group has 1 to {_MAX_GROUP} characters, and no control character"
        )
    try:
        with transaction.atomic():
            group = Group.objects.create(name=name)
            record(by, "add", "group", name)
    except IntegrityError as error:
        raise CannotChange(f"there is a group {name!r} already", taken=True) from error
    return group


def delete_group(by: User | None, group: Group) -> None:
    """Delete a group, with what it was granted.

    Jobs that were visible to it alone are then visible to their submitters alone.
    """
    with transaction.atomic():
        record(by, "delete", "group", group.name)
        group.delete()


def join(by: User | None, user: User, group: Group) -> None:
    """Put the user into the group; nothing where they are in it."""
    with transaction.atomic():
        if not user.groups.filter(pk=group.pk).exists():
            user.groups.add(group)
            record(by, "change", "user", user.username, {"groups": (None, group.name)})
    forget(user)


def leave(by: User | None, user: User, group: Group) -> None:
    """Take the user out of the group; nothing where they are not in it."""
    with transaction.atomic():
        if user.groups.filter(pk=group.pk).exists():
            user.groups.remove(group)
            record(by, "change", "user", user.username, {"groups": (group.name, None)})
    forget(user)


def _check(user: User) -> None:
    try:
        user.clean_fields(exclude=["password"])
    except ValidationError as error:
        found = "; ".join(
            f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items()
        )
        raise CannotChange(found) from error


def _shown(user: User) -> dict[str, Any]:
    return {name: getattr(user, name) for name in FIELDS}
