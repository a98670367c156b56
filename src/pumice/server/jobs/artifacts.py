"""A worker's copy of a definition: with the values of the remote artifact tokens that it names.

Source of the rule: LAVA's. In ``deploy`` and ``test`` actions the ``headers`` of every map that has
a ``url``, or a ``repository`` of which ``from`` says ``url``, may name tokens; so may the values of
the definition's own ``secrets``. What is the name of one of the submitter's tokens is replaced.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from pumice.formats import yaml
from pumice.server.accounts import artifacts
from pumice.server.jobs.models import Job
from pumice.server.jobs.secrets import definition_to_run

_KINDS = ("deploy", "test")


def for_worker(job: Job) -> str:
    """The definition as the job's worker gets it: a text that readers must never be shown."""
    text = definition_to_run(job)
    values = artifacts.values(job.submitter)
    if not values:
        return text
    data = cast("dict[str, Any]", yaml.load(text).data)
    named = [found for found in _places(data) if _replace(found, values)]
    return yaml.dump(data) if named else text


def _replace(texts: dict[Any, Any], values: Mapping[str, str]) -> bool:
    """Replace what names a token; whether anything did."""
    found = {key: values[text] for key, text in texts.items() if _names(text, values)}
    texts.update(found)
    return bool(found)


def _names(text: object, values: Mapping[str, str]) -> bool:
    return isinstance(text, str) and text in values


def _places(data: dict[str, Any]) -> Iterator[dict[Any, Any]]:
    if isinstance(data.get("secrets"), dict):
        yield data["secrets"]
    actions: Any = data.get("actions")
    for item in actions if isinstance(actions, list) else ():
        if isinstance(item, dict):
            for kind in _KINDS:
                yield from _headers(item.get(kind))


def _headers(value: object) -> Iterator[dict[Any, Any]]:
    if isinstance(value, list):
        for item in cast("list[Any]", value):
            yield from _headers(item)
    if not isinstance(value, dict):
        return
    block = cast("dict[Any, Any]", value)
    fetched = "url" in block or (block.get("from") == "url" and "repository" in block)
    if fetched and isinstance(block.get("headers"), dict):
        yield block["headers"]
    for inner in block.values():
        yield from _headers(inner)
