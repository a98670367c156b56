"""The actions of a job: what is wrong inside each, by the module of its method."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from pumice.definitions import command, methods
from pumice.definitions.keys import Action
from pumice.formats.errors import Path, Problem
from pumice.formats.schema import Finding, describe, findings, nearest, shorten

KINDS = ("deploy", "boot", "test", "command")
_TEST_KINDS = ("definitions", "interactive", "monitors", "services")
_CHOICE: dict[str, str] = {"deploy": "to", "boot": "method"}
"""The key of an action that names its method."""

NOT_RUN = "pumice_not_run"
"""The kind of a finding that says that this version knows a key and cannot act on it."""


def each(job: Mapping[str, Any]) -> Iterator[tuple[Path, str, Any]]:
    """Path, kind and content of every action, for the items that are maps."""
    actions = job.get("actions")
    if not isinstance(actions, list):
        return
    for index, item in enumerate(cast("list[Any]", actions)):
        if isinstance(item, dict):
            for kind, block in cast("dict[Any, Any]", item).items():
                yield ("actions", index, kind), kind, block


def check(job: Mapping[str, Any]) -> Iterator[Finding]:
    """Everything that is wrong inside the actions, each by itself."""
    for path, kind, block in each(job):
        if kind not in KINDS:
            yield _finding(path, f"unknown action {shorten(repr(kind))}{_hint(kind)}")
        elif not isinstance(block, Mapping):
            yield _finding(path, f"a map is needed, found {describe(block)}")
        elif kind == "command":
            yield from findings(command.Keys, cast("Mapping[str, Any]", block), path)
        else:
            yield from _check_method(path, kind, cast("Mapping[str, Any]", block))


def _hint(kind: object) -> str:
    meant = nearest(kind, KINDS)
    return f": did you mean {meant!r}?" if meant else f": known are {', '.join(KINDS)}"


def _check_method(path: Path, kind: methods.Kind, block: Mapping[str, Any]) -> Iterator[Finding]:
    choice = _test_kind(block) if kind == "test" else _named(block, _CHOICE[kind])
    if isinstance(choice, Problem):
        yield _finding(path + choice.path, choice.message)
        return
    key = () if kind == "test" else (_CHOICE[kind],)
    method = methods.known(kind, choice)
    if method is None:
        yield _finding(path + key, methods.refusal(kind, choice))
        common = findings(Action, block, path)
        yield from (found for found in common if len(found.path) > len(path) + 1)
        return
    if not method.RUNS:
        yield _finding(path + key, methods.refusal(kind, choice), NOT_RUN)
    yield from findings(method.Keys, block, path)
    for unusable in method.NOT_RUN:
        if unusable in block:
            message = f"this version of Pumice does not run {unusable!r} with {choice}"
            yield _finding((*path, unusable), message, NOT_RUN)


def _named(block: Mapping[str, Any], key: str) -> str | Problem:
    if key not in block:
        return Problem(f"the key {key!r} is missing")
    name = block[key]
    return (
        name
        if isinstance(name, str)
        else Problem(f"a text is needed, found {describe(name)}", (key,))
    )


def _test_kind(block: Mapping[str, Any]) -> str | Problem:
    found = [kind for kind in _TEST_KINDS if kind in block]
    if not found:
        return Problem(f"a test needs one of {', '.join(_TEST_KINDS)}")
    if len(found) > 1:
        return Problem(f"a test is of one kind only: found {' and '.join(found)}")
    return "docker" if found[0] == "definitions" and "docker" in block else found[0]


def _finding(path: Path, message: str, kind: str = "pumice_action") -> Finding:
    return Finding(kind, path, lambda: message)
