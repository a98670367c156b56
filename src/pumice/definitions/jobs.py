"""Job definitions: the gate that a submission passes, and the check that editors ask for.

Source of the format: LAVA's job definitions. LAVA's two validators differ in places; which of
ours refuses what stands in :mod:`pumice.definitions.rules`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from typing import Any, Literal, cast

from pumice.definitions import actions, rules
from pumice.definitions.rules import Mode
from pumice.definitions.toplevel import PRIORITIES, Job
from pumice.formats import yaml
from pumice.formats.durations import to_seconds
from pumice.formats.errors import InvalidDocument, Problem
from pumice.formats.schema import describe, findings, missing

MAX_PROBLEMS = 100
"""As many problems of a definition are reported."""

Visibility = Literal["public", "personal"] | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JobDefinition:
    """A job that may be submitted, or a MultiNode group of jobs.

    ``visibility`` is ``public``, ``personal`` or the names of groups. ``priority`` is 0 to 100.
    ``metadata`` holds texts and, where the job gives lists or maps, those of texts. Timeouts
    are seconds; ``queue_timeout`` is None where the job sets none. ``secrets`` must not be
    shown. ``data`` is the whole definition, not to be changed. Of a group, ``device_type``,
    ``device``, ``worker``, ``tags`` and ``context`` say nothing:
    :func:`pumice.definitions.multinode.split` makes its jobs.
    """

    name: str
    device_type: str | None
    device: str | None
    worker: str | None
    priority: int
    visibility: Visibility
    tags: tuple[str, ...]
    metadata: dict[str, Any]
    context: dict[str, Any]
    queue_timeout: int | None
    job_timeout: int
    secrets: dict[str, str]
    data: dict[str, Any]

    @property
    def is_group(self) -> bool:
        """Whether it stands for a MultiNode group."""
        return rules.is_multinode(self.data)

    def text(self) -> str:
        """The definition written anew as YAML, its keys in the order of the original."""
        return yaml.dump(self.data)


def parse(text: str | bytes, *, extra_context: Collection[str] = ()) -> JobDefinition:
    """Read a definition that someone submits.

    ``extra_context``: context keys that this site allows beside LAVA's. Raises InvalidDocument
    with every problem (the first :data:`MAX_PROBLEMS`), each with path, line and column.
    """
    document = yaml.load(text)
    if problems := _problems(document, Mode.GATE, extra_context):
        raise InvalidDocument(problems)
    return _definition(document.data)


def check(
    text: str | bytes, *, strict: bool = False, extra_context: Collection[str] = ()
) -> list[Problem]:
    """Everything that is wrong with a definition, in the order of the document.

    ``strict`` also reports keys that have no meaning. Text that is not YAML is reported as the
    only problem.
    """
    try:
        document = yaml.load(text)
    except InvalidDocument as error:
        return list(error.problems)
    return _problems(document, Mode.STRICT if strict else Mode.LAX, extra_context)


def _problems(document: yaml.Document, mode: Mode, extra: Collection[str]) -> list[Problem]:
    data = document.data
    if not isinstance(data, dict):
        message = f"a job definition is a map of keys, found {describe(data)}"
        return yaml.located([Problem(message)], document)
    job = cast("dict[str, Any]", data)
    problems = list(islice(_found(job, mode), MAX_PROBLEMS + 1))
    problems += islice(_remarked(job, mode, extra), MAX_PROBLEMS + 1)
    located = yaml.located(problems, document)
    located.sort(key=lambda problem: (problem.line or 0, problem.column or 0))
    if len(located) > MAX_PROBLEMS:
        located[MAX_PROBLEMS:] = [Problem("there are more problems than these")]
    return located


def _found(job: dict[str, Any], mode: Mode) -> Iterator[Problem]:
    """What is wrong with each part by itself, in the eyes of a mode."""
    if "device_type" not in job and not rules.is_multinode(job):
        yield Problem(missing("device_type", job, Job.model_fields), ("device_type",))
    for finding in chain(findings(Job, job), actions.check(job)):
        if rules.counts(finding, mode):
            yield finding.problem


def _remarked(job: dict[str, Any], mode: Mode, extra: Collection[str]) -> Iterator[Problem]:
    """What is wrong between the parts, in the eyes of a mode."""
    for remark in rules.remarks(job, extra):
        if mode in remark.modes:
            yield Problem(remark.message, remark.path)


def _definition(data: dict[str, Any]) -> JobDefinition:
    timeouts = data["timeouts"]
    priority: Any = data.get("priority", "medium")
    metadata = cast("dict[Any, Any]", data.get("metadata", {}))
    return JobDefinition(
        name=data["job_name"],
        device_type=data.get("device_type"),
        device=data.get("device"),
        worker=data.get("worker"),
        priority=priority if isinstance(priority, int) else PRIORITIES[priority],
        visibility=_visibility(data["visibility"]),
        tags=tuple(data.get("tags", ())),
        metadata={_as_text(key): _as_texts(value) for key, value in metadata.items()},
        context=data.get("context", {}),
        queue_timeout=to_seconds(timeouts["queue"]) if "queue" in timeouts else None,
        job_timeout=to_seconds(timeouts["job"]),
        secrets=data.get("secrets", {}),
        data=data,
    )


def _visibility(value: Any) -> Visibility:
    return value if value in ("public", "personal") else tuple(value["group"])


def _as_texts(value: object) -> Any:
    if isinstance(value, Mapping):
        items = cast("Mapping[Any, Any]", value).items()
        return {_as_text(key): _as_texts(inner) for key, inner in items}
    if isinstance(value, list):
        return [_as_texts(inner) for inner in cast("list[Any]", value)]
    return _as_text(value)


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)
