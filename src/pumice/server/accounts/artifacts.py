"""Remote artifact tokens: values that a person's jobs name, and that only workers get.

A job names one as the value of a header or of a secret; the worker's copy of the job has the value
in its place.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from pumice.server.accounts.errors import CannotChange
from pumice.server.accounts.models import ArtifactToken
from pumice.server.audit.record import record
from pumice.server.secrets import sealing

MAX_NAME, MAX_VALUE = 100, 200
_KIND = "remote artifact token"
_PURPOSE = "remote artifact token"


def add(user: User, name: str, value: str) -> None:
    """Keep a value under a name of the user's. Raises CannotChange."""
    if not 1 <= len(name) <= MAX_NAME or not 1 <= len(value) <= MAX_VALUE:
        raise CannotChange(
            f"a name has 1 to {MAX_NAME} characters, a token 1 to {MAX_VALUE}: these have"
            f" {len(name)} and {len(value)}"
        )
    try:
        with transaction.atomic():
            sealed = sealing.seal(_PURPOSE, value)
            ArtifactToken.objects.create(user=user, name=name, sealed=sealed)
            record(user, "add", _KIND, name)
    except IntegrityError as error:
        raise CannotChange(f"you have a token {name!r} already", taken=True) from error


def delete(user: User, name: str) -> bool:
    """Forget one of the user's tokens; whether there was such a one."""
    with transaction.atomic():
        deleted, _ = ArtifactToken.objects.filter(user=user, name=name).delete()
        if deleted:
            record(user, "delete", _KIND, name)
    return bool(deleted)


def delete_of(by: User | None, user: User, name: str) -> bool:
    """Forget a token of any user's; whether there was such a one."""
    with transaction.atomic():
        deleted, _ = ArtifactToken.objects.filter(user=user, name=name).delete()
        if deleted:
            record(by, "delete", _KIND, f"{user.get_username()}/{name}")
    return bool(deleted)


def values(user: User) -> Mapping[str, str]:
    """The user's tokens by their names, in clear, in the order of the names."""
    rows = ArtifactToken.objects.filter(user=user).order_by("name").values_list("name", "sealed")
    return {name: sealing.unseal(_PURPOSE, sealed) for name, sealed in rows}
