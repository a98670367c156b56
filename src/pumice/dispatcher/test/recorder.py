"""What the signals of a stage become: suites, sets, cases."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pumice.dispatcher.errors import TestError
from pumice.dispatcher.namespaces import ShellTest
from pumice.dispatcher.session import feedback
from pumice.dispatcher.session.signals import Signal
from pumice.dispatcher.step import Step
from pumice.dispatcher.test.cases import RESULTS, measurement
from pumice.wire.results import LAVA_SUITE


@dataclass(slots=True)
class _Run:
    """A test that has begun."""

    test: ShellTest
    began: float
    set: str = ""
    lines: dict[str, dict[str, int]] = field(default_factory=dict[str, dict[str, int]])


class Recorder:
    """Takes the signals of the tests of one stage, and reports results."""

    def __init__(self, step: Step, tests: list[ShellTest]) -> None:
        self._step = step
        self._tests = {test.run: test for test in tests}
        self._run: _Run | None = None
        self._open = False
        self._seen: dict[str, set[str]] = {run: set() for run in self._tests}
        self._handlers: dict[str, Callable[[Signal], None]] = {
            "STARTRUN": self._start_run,
            "ENDRUN": self._end_run,
            "STARTTC": self._start_case,
            "ENDTC": self._end_case,
            "TESTCASE": self._test_case,
            "TESTSET": self._test_set,
            "TESTREFERENCE": self._reference,
            "TESTRAISE": self._raise,
            "TESTEVENT": self._event,
            "TESTFEEDBACK": self._feedback,
        }

    @property
    def test(self) -> ShellTest | None:
        """The test that runs, or None."""
        return self._run.test if self._run is not None and self._open else None

    def signal(self, signal: Signal) -> None:
        """Act on a signal. Raises TestError where it asks for that or makes no sense."""
        handler = self._handlers.get(signal.name)
        if handler is None:
            self._step.report.debug(f"Unknown signal <{signal.name}> is ignored")
            return
        self._step.report.debug(f"Received signal: <{signal.name}> {signal.text}")
        handler(signal)

    def parsed(self, named: Mapping[str, str | None]) -> None:
        """Report what a test's own pattern found; its groups are named as the result's keys."""
        case = named.get("test_case_id")
        if not case:
            self._step.report.warning("a match of the test's pattern names no test_case_id")
            return
        values = {key: value for key, value in named.items() if value}
        self._case("_".join(case.split()), values)

    def called(self, case: str, result: str) -> None:
        """Report a call to the other jobs of a MultiNode group, in the suite of the test."""
        suite = self._run.test.run if self._run is not None else LAVA_SUITE
        self._result({"definition": suite, "case": case, "result": result})

    def close(self) -> None:
        """No more signals come: what has begun and not ended failed, what is missing too."""
        self._abandon()
        for run, test in self._tests.items():
            for case in test.expected or ():
                if case not in self._seen[run]:
                    self._result(
                        {
                            "definition": run,
                            "case": case,
                            "result": "fail",
                            "level": self._step.action.level,
                            "extra": {"reason": "missing: the test did not report it"},
                        }
                    )

    # Signals.

    def _start_run(self, signal: Signal) -> None:
        test = self._current(signal)
        if test is None:
            return
        self._abandon()
        self._run = _Run(test, asyncio.get_running_loop().time())
        self._open = True

    def _end_run(self, signal: Signal) -> None:
        test = self._current(signal)
        if test is None or self._run is None or self._run.test is not test or not self._open:
            return
        self._open = False
        self._report_run(self._run, "pass")

    def _current(self, signal: Signal) -> ShellTest | None:
        """The test that a signal names by run and uuid; a foreign one is ignored."""
        test = self._tests.get(signal.words[0]) if len(signal.words) == 2 else None
        if test is None or test.uuid != signal.words[1]:
            self._step.report.warning(
                f"the signal {signal.name} {signal.text} is not of a test of this stage: ignored"
            )
            return None
        return test

    def _start_case(self, signal: Signal) -> None:
        if self._run is not None and signal.words:
            self._run.lines[signal.words[0]] = {"starttc": signal.record}

    def _end_case(self, signal: Signal) -> None:
        if self._run is not None and signal.words:
            self._run.lines.setdefault(signal.words[0], {})["endtc"] = signal.record

    def _test_case(self, signal: Signal) -> None:
        values: dict[str, str] = {}
        for word in signal.words:
            key, equals, value = word.partition("=")
            if equals:
                values[key.lower()] = value
        case = values.pop("test_case_id", "")
        if not case:
            self._step.report.warning(f"the signal TESTCASE {signal.text} names no case: ignored")
            return
        self._case(case, values)

    def _case(self, case: str, values: Mapping[str, str]) -> None:
        run = self._run
        if run is None:
            raise TestError(f"the test case {case} was reported before any test began")
        said = values.get("result", "")
        result = run.test.fixups.get(said, said)
        if result not in RESULTS:
            self._step.report.warning(
                f"the result {said!r} of {case} is none of {', '.join(sorted(RESULTS))}: ignored"
            )
            return
        message: dict[str, Any] = {
            "definition": run.test.run,
            "case": case,
            "result": result,
            **run.lines.pop(case, {}),
        }
        message |= self._measurement(case, values)
        if run.set:
            message["set"] = run.set
        expected = run.test.expected
        if expected is not None and case not in expected:
            message |= {"result": "fail", "extra": {"reason": f"unexpected: {result}"}}
            message["level"] = self._step.action.level
        self._seen[run.test.run].add(case)
        self._result(message)

    def _measurement(self, case: str, values: Mapping[str, str]) -> dict[str, str]:
        keys = measurement(values)
        if values.get("measurement") is not None and not keys:
            self._step.report.warning(
                f"the measurement {values['measurement']!r} of {case} is not a number: left out"
            )
        return keys

    def _test_set(self, signal: Signal) -> None:
        if self._run is None:
            raise TestError("a test set was started before any test began")
        if signal.words[:1] == ("START",) and len(signal.words) == 2:
            self._run.set = signal.words[1]
        elif signal.words[:1] == ("STOP",):
            self._run.set = ""
        else:
            self._step.report.warning(f"the signal TESTSET {signal.text} is neither: ignored")

    def _reference(self, signal: Signal) -> None:
        if len(signal.words) != 3:
            raise TestError(f"a test reference has three words, not those of '{signal.text}'")
        case, result, reference = signal.words
        if self._run is None:
            raise TestError(f"the test reference {case} was reported before any test began")
        if result not in RESULTS:
            self._step.report.warning(f"the result {result!r} of {case} is unknown: ignored")
            return
        self._seen[self._run.test.run].add(case)
        self._result(
            {
                "definition": self._run.test.run,
                "case": case,
                "result": result,
                "reference": reference,
            }
        )

    def _raise(self, signal: Signal) -> None:
        raise TestError(signal.text)

    def _event(self, signal: Signal) -> None:
        self._step.report.event(signal.text)

    def _feedback(self, signal: Signal) -> None:
        feedback.read_from(self._step, signal.text)

    # Results.

    def _abandon(self) -> None:
        if self._run is not None and self._open:
            self._open = False
            self._report_run(self._run, "fail")

    def _report_run(self, run: _Run, result: str) -> None:
        duration = asyncio.get_running_loop().time() - run.began
        message = {
            "definition": LAVA_SUITE,
            "case": run.test.run,
            "result": result,
            "uuid": run.test.uuid,
            "repository": run.test.repository,
            "path": run.test.path,
            "duration": f"{duration:.2f}",
            "revision": run.test.revision or "unspecified",
            "namespace": self._step.action.namespace,
        }
        if run.test.commit:
            message["commit_id"] = run.test.commit
        self._result(message)

    def _result(self, message: Mapping[str, Any]) -> None:
        self._step.report.results(message)
