"""Add and change workers, and know their tokens.

:mod:`pumice.server.lifecycle.removal` deletes them.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from pumice.server.accounts.errors import CannotChange
from pumice.server.audit.record import differences, record
from pumice.server.database.wake import wake
from pumice.server.lab.models import Worker
from pumice.server.lab.naming import check_name
from pumice.server.secrets import sealing
from pumice.wire.states import WorkerHealth

KIND = "worker"
_PURPOSE = "worker token"
_MAX_LIMIT = 2**31 - 1


def add(
    hostname: str,
    description: str = "",
    token: str | None = None,
    *,
    by: User | None = None,
    health: WorkerHealth = WorkerHealth.ACTIVE,
) -> tuple[Worker, str]:
    """Add a worker with a new token, which is returned. Raises CannotChange."""
    check_name(hostname, KIND, 200)
    token = token or sealing.random_text(32)
    worker = Worker(
        hostname=hostname,
        description=description,
        health=health,
        sealed_token=sealing.seal(_PURPOSE, token),
    )
    try:
        with transaction.atomic():
            worker.save(force_insert=True)
            shown = {**shown_of(worker), "health": health.label}
            record(by, "add", KIND, hostname, differences({}, shown))
    except IntegrityError as error:
        raise CannotChange(f"there is a worker {hostname!r} already", taken=True) from error
    return worker, token


def change(
    by: User | None,
    worker: Worker,
    *,
    description: str | None = None,
    job_limit: int | None = None,
) -> None:
    """Change what is not None; health changes by :mod:`pumice.server.lifecycle.health`.

    ``job_limit`` is how many jobs run there at once, 0 for any number. Raises CannotChange.
    """
    wanted: dict[str, Any] = {"description": description, "job_limit": job_limit}
    wanted = {name: value for name, value in wanted.items() if value is not None}
    if job_limit is not None and not 0 <= job_limit <= _MAX_LIMIT:
        raise CannotChange(f"the job limit is a number from 0 to {_MAX_LIMIT}")
    with transaction.atomic():
        locked = Worker.objects.select_for_update().get(pk=worker.pk)
        before = shown_of(locked)
        for name, value in wanted.items():
            setattr(locked, name, value)
        changes = differences(before, shown_of(locked))
        if not changes:
            return
        locked.save(update_fields=list(wanted))
        record(by, "change", KIND, locked.pk, changes)
        wake("queue")
    worker.refresh_from_db()


def token_of(worker: Worker) -> str:
    """The worker's token in clear, for those to whom the protocol gives it."""
    return sealing.unseal(_PURPOSE, worker.sealed_token)


def shown_of(worker: Worker) -> dict[str, Any]:
    return {"description": worker.description, "job limit": worker.job_limit}
