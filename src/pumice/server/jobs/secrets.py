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
_SHORTEST = 3


def mask(text: str, data: Mapping[str, Any]) -> str:
    """The text of a definition with the values of its ``secrets`` masked; ``data`` is what it says.

    The text itself is kept, comments included, where that masks each place in which a value stands;
    values that are written in several ways fall back to the normalised form.
    """
    secrets = cast("dict[str, str]", data.get("secrets") or {})
    if not secrets:
        return text
    for value in _values(data):
        text = text.replace(value, MASK)
    wanted = masked_data(data, data)
    wanted["secrets"] = dict.fromkeys(secrets, MASK)
    return text if _reads_as(text, wanted) else yaml.dump(wanted)


def masked_data(value: Any, data: Mapping[str, Any]) -> Any:
    """A part of a definition with what stands in its ``secrets`` masked in all values."""
    values = _values(data)
    return _masked(value, values) if values else value


def _masked(value: Any, values: list[str]) -> Any:
    if isinstance(value, str):
        for secret in values:
            value = value.replace(secret, MASK)
        return value
    if isinstance(value, dict):
        items = cast("dict[Any, Any]", value).items()
        return {key: _masked(item, values) for key, item in items}
    if isinstance(value, list):
        return [_masked(item, values) for item in cast("list[Any]", value)]
    return value


def _values(data: Mapping[str, Any]) -> list[str]:
    """The values of the definition's secrets, longest first; some are too short to hide."""
    secrets = cast("dict[str, str]", data.get("secrets") or {})
    return sorted((v for v in secrets.values() if len(v) >= _SHORTEST), key=len, reverse=True)


def _reads_as(text: str, wanted: dict[str, Any]) -> bool:
    try:
        return bool(yaml.load(text).data == wanted)
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
