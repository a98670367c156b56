"""What must hold between the parts of a job definition, beyond the shape of each part.

LAVA has two validators that differ: the gate that a submission passes, and the schema that the
validate calls check, strictly or not. Each remark says which of them refuse.

Where LAVA's two disagree for no reason, all of ours accept:

- ``params`` and ``expected`` in inline test definitions, which LAVA's submission refuses;
- ``parse.pattern`` there, and ``params`` and ``parameters`` beside them and ``shallow``, which
  its schema refuses;
- the keys that its dispatcher acts on and its schema does not know: ``failure_message``, the
  files of secondary media of u-boot and grub, ``version_args`` of fvp, ``connection`` of ssh.

Submissions refuse what LAVA accepts and fails later: unknown methods, priorities above 100,
secrets that are no texts, unknown keys in timeouts and inline test definitions.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, cast

from pumice.definitions import actions
from pumice.definitions.testdefs import format_problems
from pumice.definitions.toplevel import CONTEXT_KEYS
from pumice.formats.durations import UNITS, InvalidDuration, to_seconds
from pumice.formats.errors import Path
from pumice.formats.schema import UNKNOWN_KEY, Finding, describe, nearest, shorten


class Mode(Enum):
    """Who asks: a submission (GATE), or a validation with (STRICT) or without (LAX) a complaint
    about keys that have no meaning."""

    GATE = "gate"
    STRICT = "strict"
    LAX = "lax"


EVERY = frozenset(Mode)
GATE = frozenset({Mode.GATE})
STRICT = frozenset({Mode.STRICT})
SCHEMA = frozenset({Mode.STRICT, Mode.LAX})

_ACTION_NAME = re.compile(r"[a-z-]+")
_DEFINITION_NAME = re.compile(r"[-_a-zA-Z0-9.]+")
_PLAIN_NAME = re.compile(r"[a-zA-Z0-9_-]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)*")
_CHECKED_KEYS = frozenset({"timeout", "timeouts", "repository"})


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that the validators of ``modes`` refuse."""

    message: str
    path: Path
    modes: frozenset[Mode] = EVERY


def counts(finding: Finding, mode: Mode) -> bool:
    """Whether a mode refuses what a model found.

    A submission may carry keys without a meaning inside actions, except where a slip would
    change what runs: in timeouts and inline test definitions.
    """
    if finding.kind == actions.NOT_RUN:
        return mode is Mode.GATE
    if finding.kind != UNKNOWN_KEY or mode is Mode.STRICT:
        return True
    path = finding.path
    inside_action = path[0] == "actions" and not _CHECKED_KEYS.intersection(path)
    return mode is Mode.GATE and not inside_action


def remarks(job: Mapping[str, Any], extra_context: Collection[str] = ()) -> Iterator[Remark]:
    """Everything that does not hold between the parts; tolerates any shape of them.

    ``extra_context``: context keys that this site allows beside LAVA's.
    """
    yield from _context(job, extra_context)
    yield from _protocols(job)
    yield from _metadata(job)
    yield from _timeouts(job)
    yield from _namespaces(job)
    yield from _retries(job)
    yield from _roles(job)
    if is_multinode(job):
        yield from _multinode(job)
    yield from _definitions(job)
    yield from _emails(job)


def _map(value: object) -> Mapping[Any, Any]:
    return cast("Mapping[Any, Any]", value) if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []


def _context(job: Mapping[str, Any], extra: Collection[str]) -> Iterator[Remark]:
    known = CONTEXT_KEYS | set(extra)
    contexts: list[tuple[Path, object]] = [(("context",), job.get("context"))]
    for name, role in _roles_of(job).items():
        path = ("protocols", "lava-multinode", "roles", name, "context")
        contexts.append((path, _map(role).get("context")))
    for path, context in contexts:
        for key in _map(context):
            if key not in known:
                meant = nearest(key, known)
                hint = f": did you mean {meant!r}?" if meant else ""
                yield Remark(f"unknown context key {shorten(repr(key))}{hint}", (*path, key))


def _protocols(job: Mapping[str, Any]) -> Iterator[Remark]:
    for name in _map(job.get("protocols")):
        if name != "lava-multinode":
            message = f"this version of Pumice does not run the protocol {name!r}"
            yield Remark(message, ("protocols", name), GATE)


def is_multinode(job: Mapping[str, Any]) -> bool:
    """Whether a definition stands for a group of jobs."""
    return "lava-multinode" in _map(job.get("protocols"))


def _roles_of(job: Mapping[str, Any]) -> Mapping[Any, Any]:
    return _map(_map(_map(job.get("protocols")).get("lava-multinode")).get("roles"))


def _multinode(job: Mapping[str, Any]) -> Iterator[Remark]:
    """What a MultiNode job must say in its actions, and must not say at its top."""
    for key in ("device_type", "environment", "context", "tags"):
        if key in job:
            yield Remark(f"{key!r} stands in each role of a MultiNode job", (key,), SCHEMA)
    roles = _roles_of(job)
    for path, _kind, block in actions.each(job):
        named = _map(block).get("role")
        if named is None:
            yield Remark("the key 'role' is missing: MultiNode needs it", (*path, "role"))
            continue
        named_roles: list[Any] = _list(named) or [named]
        for role in named_roles:
            if role not in roles:
                meant = nearest(role, map(str, roles))
                hint = f": did you mean {meant!r}?" if meant else ""
                yield Remark(f"unknown role {shorten(repr(role))}{hint}", (*path, "role"))


def _metadata(job: Mapping[str, Any]) -> Iterator[Remark]:
    for key in _map(job.get("metadata")):
        if not isinstance(key, str):
            yield Remark(
                f"a key here must be a text, found {describe(key)}", ("metadata", key), STRICT
            )


def _each_timeout(job: Mapping[str, Any]) -> Iterator[tuple[Path, Mapping[Any, Any]]]:
    sections: list[tuple[Path, Any]] = [(("timeouts",), job.get("timeouts"))]
    for path, _kind, block in actions.each(job):
        sections.append(((*path, "timeouts"), _map(block).get("timeouts")))
        if isinstance(timeout := _map(block).get("timeout"), Mapping):
            yield (*path, "timeout"), cast("Mapping[Any, Any]", timeout)
    for path, section in sections:
        for name, timeout in _map(section).items():
            if name in ("actions", "connections") and len(path) == 1:
                for inner, value in _map(timeout).items():
                    yield (*path, name, inner), _map(value)
            else:
                yield (*path, name), _map(timeout)


def _timeouts(job: Mapping[str, Any]) -> Iterator[Remark]:
    limit = _seconds(_map(_map(job.get("timeouts")).get("job")))
    for path, timeout in _each_timeout(job):
        units = [unit for unit in timeout if unit in UNITS]
        if len(units) > 1:
            message = f"one unit is allowed, found {' and '.join(units)}"
            yield Remark(message, path, GATE | STRICT)
        values = [timeout[unit] for unit in units]
        if any(isinstance(value, float) for value in values):
            yield Remark("a whole number is needed", path, GATE)
        if not any(values):
            yield Remark(_zero(timeout, units), path, SCHEMA)
        seconds = _seconds(timeout)
        if path[:2] not in (("timeouts", "job"), ("timeouts", "queue")) and seconds > limit:
            message = f"this timeout of {seconds} s is longer than the job's, {limit} s"
            yield Remark(message, path, SCHEMA)
    for name in _map(_map(job.get("timeouts")).get("actions")):
        if not _ACTION_NAME.fullmatch(str(name)):
            message = f"the name of an action is needed, found {describe(name)}"
            yield Remark(message, ("timeouts", "actions", name), GATE)


def _zero(timeout: Mapping[Any, Any], units: list[str]) -> str:
    """Why a timeout has no length: its unit may be misspelt."""
    if not units:
        for key in timeout:
            if (meant := nearest(key, UNITS)) is not None:
                return f"no unit of time, found {shorten(repr(key))}: did you mean {meant!r}?"
    return "a timeout of zero has no meaning: leave it out"


def _seconds(timeout: Mapping[Any, Any]) -> int:
    try:
        return to_seconds(timeout)
    except InvalidDuration:
        return 0  # the models report it; it exceeds nothing


def _namespaces(job: Mapping[str, Any]) -> Iterator[Remark]:
    blocks = [(path, _map(block)) for path, _kind, block in actions.each(job)]
    if any("namespace" in block for _path, block in blocks):
        for path, block in blocks:
            if "namespace" not in block:
                message = "the key 'namespace' is missing: if one action has it, all must"
                yield Remark(message, (*path, "namespace"))


def _retries(job: Mapping[str, Any]) -> Iterator[Remark]:
    for path, _kind, block in actions.each(job):
        if "repeat" in _map(block) and "failure_retry" in _map(block):
            yield Remark("'repeat' and 'failure_retry' exclude each other: use one of them", path)


def _roles(job: Mapping[str, Any]) -> Iterator[Remark]:
    for path, _kind, block in actions.each(job):
        if isinstance(_map(block).get("role"), str):
            yield Remark("a list of roles is needed, found a text", (*path, "role"), SCHEMA)


def _definitions(job: Mapping[str, Any]) -> Iterator[Remark]:
    taken: dict[tuple[Any, Any], int | str] = {}
    for path, kind, block in actions.each(job):
        if kind != "test":
            continue
        for index, entry in enumerate(_list(_map(block).get("definitions"))):
            where: Path = (*path, "definitions", index)
            yield from _definition(_map(entry), where)
            key = (str(_map(block).get("namespace")), str(_map(entry).get("name")))
            if key in taken:
                message = f"the name {key[1]!r} is taken by an earlier test definition"
                yield Remark(message, (*where, "name"))
            taken[key] = index
        for section in ("monitors", "interactive"):
            for index, entry in enumerate(_list(_map(block).get(section))):
                name = _map(entry).get("name")
                if isinstance(name, str) and not _PLAIN_NAME.fullmatch(name):
                    message = f"letters, digits, '-' and '_' are allowed, found {describe(name)}"
                    yield Remark(message, (*path, section, index, "name"), GATE)


def _definition(entry: Mapping[Any, Any], where: Path) -> Iterator[Remark]:
    name, source = entry.get("name"), entry.get("from")
    if name == "lava":
        yield Remark("the name 'lava' is taken by the dispatcher's own results", (*where, "name"))
    if isinstance(name, str) and not _DEFINITION_NAME.fullmatch(name):
        message = f"letters, digits, '-', '_' and '.' are allowed, found {describe(name)}"
        yield Remark(message, (*where, "name"), SCHEMA)
    if "revision" in entry and entry.get("shallow") is True:
        message = "'revision' needs a whole clone: leave 'shallow' out"
        yield Remark(message, (*where, "shallow"), GATE)
    if source == "inline":
        for problem in format_problems(entry.get("repository"), (*where, "repository")):
            yield Remark(problem.message, problem.path, SCHEMA)


def _emails(job: Mapping[str, Any]) -> Iterator[Remark]:
    for index, recipient in enumerate(_list(_map(job.get("notify")).get("recipients"))):
        to = _map(_map(recipient).get("to"))
        address = to.get("email")
        bad = isinstance(address, str) and not _EMAIL.fullmatch(address)
        if bad and to.get("method") == "email":
            message = f"an address is needed, found {describe(address)}"
            yield Remark(message, ("notify", "recipients", index, "to", "email"), GATE)
