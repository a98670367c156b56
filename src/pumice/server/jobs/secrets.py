"""Keep the secrets of a job's definition sealed, and mask them for readers."""

from __future__ import annotations

from pumice.definitions.jobs import JobDefinition
from pumice.formats import yaml
from pumice.formats.errors import InvalidDocument
from pumice.server.jobs.models import Job
from pumice.server.secrets import sealing

MASK = "[MASKED]"
_PURPOSE = "job definition"


def mask(text: str, definition: JobDefinition) -> str:
    """The text with the values of its ``secrets`` masked.

    The text itself is kept, comments included, where each secret can be replaced in it; a
    secret that is written in several ways falls back to the normalised form.
    """
    if not definition.secrets:
        return text
    for value in sorted(definition.secrets.values(), key=len, reverse=True):
        if len(value) >= 3:
            text = text.replace(value, MASK)
    wanted = {**definition.data, "secrets": dict.fromkeys(definition.secrets, MASK)}
    return text if _reads_as(text, wanted["secrets"]) else yaml.dump(wanted)


def _reads_as(text: str, secrets: dict[str, str]) -> bool:
    try:
        return bool(yaml.load(text).data.get("secrets") == secrets)
    except InvalidDocument:
        return False


def seal_definition(text: str, definition: JobDefinition) -> str:
    """The whole definition, sealed; empty where it has no secrets."""
    return sealing.seal(_PURPOSE, text) if definition.secrets else ""


def full_definition(job: Job) -> str:
    """The definition with its secrets, for the worker and those who may read them."""
    if job.sealed_definition:
        return sealing.unseal(_PURPOSE, job.sealed_definition)
    return job.original_definition
