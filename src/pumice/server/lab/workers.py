"""Add workers, and check their tokens."""

from __future__ import annotations

from pumice.server.lab.models import Worker
from pumice.server.secrets import sealing

_PURPOSE = "worker token"


def add(hostname: str, description: str = "", token: str | None = None) -> tuple[Worker, str]:
    """Add a worker with a new token, which is returned.

    Raises django.db.IntegrityError where the name is taken.
    """
    token = token or sealing.random_text(32)
    worker = Worker(
        hostname=hostname,
        description=description,
        sealed_token=sealing.seal(_PURPOSE, token),
    )
    worker.save(force_insert=True)
    return worker, token


def token_of(worker: Worker) -> str:
    """The worker's token in clear, for those to whom the protocol gives it."""
    return sealing.unseal(_PURPOSE, worker.sealed_token)
