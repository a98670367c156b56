"""Where a submission, a strict and a lax validation differ, by example.

Pumice differs from LAVA where LAVA's two validators contradict each other for no reason: keys
of inline test definitions and of their entries are known to all three.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pumice.definitions import jobs
from pumice.formats.errors import InvalidDocument, Path

Change = Callable[[dict[Path, Any]], str]

BOOT: Path = ("actions", 1, "boot")
TEST: Path = ("actions", 2, "test")
ENTRY: Path = (*TEST, "definitions", 0)
INLINE: Path = (*ENTRY, "repository")
Changes = dict[Path, Any]

PROBES: list[tuple[str, Changes, bool, bool, bool]] = [
    # what, the change, and whether gate, strict and lax take it
    ("a valid job", {}, True, True, True),
    ("unknown top-level key", {("colour",): "red"}, False, False, True),
    ("unknown method", {(*BOOT, "method"): "warp"}, False, False, False),
    ("extra key in a boot action", {(*BOOT, "kernel"): {"url": "x"}}, True, False, True),
    ("unknown context key", {("context", "colour"): "red"}, False, False, False),
    ("float in the context", {("context", "memory"): 1.5}, False, False, False),
    ("bool in the context", {("context", "memory"): True}, True, True, True),
    ("inline params", {(*INLINE, "params"): {"A": 1}}, True, True, True),
    ("inline expected", {(*INLINE, "expected"): ["works"]}, True, True, True),
    ("unknown inline key", {(*INLINE, "colour"): "red"}, False, False, True),
    ("inline parse.pattern", {(*INLINE, "parse"): {"pattern": ".*"}}, True, True, True),
    ("parameters beside inline", {(*ENTRY, "parameters"): {"A": 1}}, True, True, True),
    ("definition name with a space", {(*ENTRY, "name"): "a b"}, True, False, False),
    ("definition name with a dot", {(*ENTRY, "name"): "a.b"}, True, True, True),
    ("inline without a format", {(*INLINE, "metadata", "format"): ...}, True, False, False),
    ("from a file", {(*ENTRY, "from"): "file"}, False, False, False),
    ("priority 101", {("priority",): 101}, False, False, False),
    (
        "two units in a timeout",
        {("timeouts", "action"): {"minutes": 1, "seconds": 1}},
        False,
        False,
        True,
    ),
    ("timeout of zero", {(*BOOT, "timeout"): {"seconds": 0}}, True, False, False),
    ("float timeout", {(*BOOT, "timeout"): {"minutes": 1.5}}, False, True, True),
    (
        "action name with a capital",
        {("timeouts", "actions"): {"Boot": {"minutes": 1}}},
        False,
        True,
        True,
    ),
    ("timeout beyond the job's", {(*BOOT, "timeout"): {"hours": 1}}, True, False, False),
    ("secret that is a number", {("secrets",): {"A": 1}}, False, False, False),
    ("role as a text", {(*BOOT, "role"): "server"}, True, False, False),
    ("number as a key of metadata", {("metadata",): {1: "one"}}, True, False, True),
    (
        "bad mail address",
        {
            ("notify",): {
                "criteria": {"status": "finished"},
                "recipients": [{"to": {"method": "email", "email": "nobody"}}],
            }
        },
        False,
        True,
        True,
    ),
]


@pytest.mark.parametrize(
    ("changes", "gate", "strict", "lax"),
    [probe[1:] for probe in PROBES],
    ids=[probe[0] for probe in PROBES],
)
def test_each_validator_takes_what_it_should(
    job_with: Change, changes: Changes, gate: bool, strict: bool, lax: bool
) -> None:
    text = job_with(changes)
    assert (_passes_the_gate(text), not jobs.check(text, strict=True), not jobs.check(text)) == (
        gate,
        strict,
        lax,
    )


def _passes_the_gate(text: str) -> bool:
    try:
        jobs.parse(text)
    except InvalidDocument:
        return False
    return True
