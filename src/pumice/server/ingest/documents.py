"""Keep the texts that belong to a job."""

from __future__ import annotations

from pumice.server.database.texts import storable
from pumice.server.jobs.models import Document


def keep(job_id: int, texts: dict[str, str]) -> None:
    """Store texts by name, in place of those of the same name; empty ones are not kept."""
    rows = [
        Document(job_id=job_id, name=name, text=storable(text))
        for name, text in texts.items()
        if text
    ]
    Document.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["job", "name"], update_fields=["text"]
    )
