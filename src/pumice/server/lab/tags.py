"""Add, change and delete tags of devices."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from pumice.server.accounts.errors import CannotChange
from pumice.server.audit.record import record
from pumice.server.lab.models import Tag
from pumice.server.lab.naming import check_name

KIND = "tag"


def add(by: User | None, name: str, description: str = "") -> Tag:
    """Add a tag. Raises CannotChange."""
    check_name(name, KIND, 100)
    tag = Tag(name=name, description=description)
    try:
        with transaction.atomic():
            tag.save(force_insert=True)
            record(by, "add", KIND, name, {"description": (None, description)})
    except IntegrityError as error:
        raise CannotChange(f"there is a tag {name!r} already", taken=True) from error
    return tag


def change(by: User | None, tag: Tag, description: str) -> None:
    """Change a tag's description."""
    with transaction.atomic():
        locked = Tag.objects.select_for_update().get(pk=tag.pk)
        if locked.description != description:
            changes = {"description": (locked.description, description)}
            locked.description = description
            locked.save(update_fields=["description"])
            record(by, "change", KIND, locked.name, changes)


def delete(by: User | None, tag: Tag) -> None:
    """Delete a tag, also from the devices and jobs that have it."""
    with transaction.atomic():
        record(by, "delete", KIND, tag.name, {"description": (tag.description, None)})
        tag.delete()
