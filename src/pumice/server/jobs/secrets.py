"""Keep the secrets of a job's definition sealed, and mask them for readers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from pumice.definitions.multinode import split
from pumice.formats import yaml
from pumice.formats.errors import InvalidDocument
from pumice.server.jobs.models import Job
from pumice.server.secrets import sealing

MASK = "[MASKED]"
_PURPOSE = "job definition"


def mask(text: str, data: Mapping[str, Any]) -> str:
    """The text of a definition with the values of its ``secrets`` masked; ``data`` is what it says.

    The text itself is kept, comments included, where each secret can be replaced in it; a
    secret that is written in several ways falls back to the normalised form.
    """
    secrets = cast("dict[str, str]", data.get("secrets") or {})
    if not secrets:
        return text
    for value in sorted(secrets.values(), key=len, reverse=True):
        if len(value) >= 3:
            text = text.replace(value, MASK)
    wanted = {**data, "secrets": dict.fromkeys(secrets, MASK)}
    return text if _reads_as(text, wanted["secrets"]) else yaml.dump(wanted)


def _reads_as(text: str, secrets: dict[str, str]) -> bool:
    try:
        return bool(yaml.load(text).data.get("secrets") == secrets)
    except InvalidDocument:
        return False


def seal_definition(text: str, data: Mapping[str, Any]) -> str:
    """The whole definition, sealed; empty where it has no secrets."""
    return sealing.seal(_PURPOSE, text) if data.get("secrets") else ""


def masked_definition(job: Job) -> str:
    """What was submitted, for all who see the job; of a MultiNode group, the group's text."""
    return job.multinode_definition or job.original_definition


def full_definition(job: Job) -> str:
    """What was submitted, with its secrets, for those who may read them."""
    if job.sealed_definition:
        return sealing.unseal(_PURPOSE, job.sealed_definition)
    return masked_definition(job)


def definition_to_run(job: Job) -> str:
    """The job's own definition with its secrets, for its worker."""
    if job.target_group is None:
        return full_definition(job)
    if not job.sealed_definition:
        return job.definition
    group = cast("dict[str, Any]", yaml.load(full_definition(job)).data)
    return yaml.dump(split(group, target_group=str(job.target_group))[job.place].definition)
