"""``monitors``: results are read from what a board prints by itself, and nothing is typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pumice.dispatcher.console.engine import Console
from pumice.dispatcher.console.patterns import Pattern, Patterns, check
from pumice.dispatcher.session.shell import console_of
from pumice.dispatcher.step import Step
from pumice.dispatcher.test.cases import RESULTS, Suite, measurement

_QUIET_IN_TESTS = 3.0


async def patterns_are_right(step: Step) -> None:
    """Check all patterns. Raises JobError for the first that is none."""
    for monitor in step.parameters["monitors"]:
        for text in (monitor["start"], monitor["end"]):
            check(Pattern(text))
        check(_of_results(monitor))


async def run(step: Step) -> None:
    """Read the output that each monitor describes, one after the other."""
    board, console = step.board, console_of(step)
    board.idle = False
    if board.kernel is not None:
        board.kernel.quiet = _QUIET_IN_TESTS
    try:
        for monitor in step.parameters["monitors"]:
            await _follow(step, console, monitor)
    finally:
        if board.kernel is not None:
            board.kernel.report(step.report, step.action.namespace, step.action.level, always=False)


def suite_name(name: str) -> str:
    """The suite of the monitor of this name."""
    return name.lower().replace(" ", "-")


def case_name(text: str) -> str:
    """The case that a match's ``test_case_id`` stands for."""
    return re.sub(r"\W+", "_", text.strip().lower())


async def _follow(step: Step, console: Console, monitor: Mapping[str, Any]) -> None:
    """Report what is printed between start and end."""
    suite = Suite(step, suite_name(str(monitor["name"])), monitor["expected"])
    own = _of_results(monitor)
    start, patterns = Patterns([monitor["start"]]), Patterns([monitor["end"], own])
    last = Patterns([own])
    try:
        await console.expect(start)
        step.report.debug(f"The output of monitor {monitor['name']!r} has begun")
        while True:
            match = await console.expect(patterns)
            if match.index == 1:
                _case(step, suite, monitor, match.named, console.record_of(match))
                continue
            # A result may stand in the same line as the end.
            rest = await last.search(f"{match.before}\n".encode())
            if rest is not None:
                _case(step, suite, monitor, rest.named, console.record_of(match))
            return
    finally:
        for used in (start, patterns, last):
            used.close()
        suite.missing()


def _of_results(monitor: Mapping[str, Any]) -> Pattern:
    return Pattern(str(monitor["pattern"]), multiline=True, whole_lines=True)


def _case(
    step: Step,
    suite: Suite,
    monitor: Mapping[str, Any],
    named: Mapping[str, str | None],
    record: int,
) -> None:
    name = case_name(named.get("test_case_id") or "")
    if not name:
        step.report.warning("a match of the monitor's pattern names no test_case_id: ignored")
        return
    # A pattern without results matches only what is right.
    said = (named["result"] or "").strip() if "result" in named else "pass"
    result = monitor["fixupdict"].get(said, said)
    if result not in RESULTS:
        step.report.warning(
            f"the result {said!r} of {name} is none of {', '.join(sorted(RESULTS))}: ignored"
        )
        return
    keys = {**measurement(named), "starttc": record, "endtc": record}
    if named.get("measurement") and "measurement" not in keys:
        step.report.warning(f"the measurement of {name} is not a number: left out")
    suite.case(name, str(result), keys)
