"""The cases of one suite whose lines the dispatcher reads itself, without signals."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping, Sequence
from typing import Any

from pumice.dispatcher.step import Step
from pumice.wire.results import LAVA_SUITE

RESULTS = frozenset({"pass", "fail", "skip", "unknown"})


class Suite:
    """Reports cases, and tells which are missing or unexpected."""

    def __init__(self, step: Step, name: str, expected: Sequence[str]) -> None:
        """``expected`` is empty where nothing is said about which cases there are."""
        self._step = step
        self._expected = tuple(expected)
        self._seen: set[str] = set()
        self._began = asyncio.get_running_loop().time()
        self.name = name

    def case(
        self, name: str, result: str, keys: Mapping[str, Any] | None = None, reason: str = ""
    ) -> None:
        """Report a case; ``reason`` says why it failed. An unexpected one is a failure."""
        message: dict[str, Any] = {"definition": self.name, "case": name, "result": result}
        message |= keys or {}
        if self._expected and name not in self._expected:
            message["result"], reason = "fail", f"unexpected: {result}"
        if reason:
            message |= {"level": self._step.action.level, "extra": {"reason": reason}}
        self._seen.add(name)
        self._step.report.results(message)

    def call(self, case: str, result: str) -> None:
        """Report a call to the other jobs of a MultiNode group, which nobody expects."""
        self._step.report.results({"definition": self.name, "case": case, "result": result})

    def missing(self) -> None:
        """No more cases come: those that were expected and did not come failed."""
        for name in self._expected:
            if name not in self._seen:
                self.case(name, "fail", reason="missing: the test did not report it")

    def end(self, result: str) -> None:
        """Report the suite itself, as a case of suite ``lava``."""
        self._step.report.results(
            {
                "definition": LAVA_SUITE,
                "case": self.name,
                "result": result,
                "duration": f"{asyncio.get_running_loop().time() - self._began:.2f}",
                "namespace": self._step.action.namespace,
            }
        )


def measurement(values: Mapping[str, str | None]) -> dict[str, str]:
    """The keys of a result for the groups ``measurement`` and ``units``; none for no number."""
    measured = values.get("measurement")
    if not measured:
        return {}
    try:
        finite = math.isfinite(float(measured))
    except ValueError:
        finite = False
    if not finite:
        return {}
    units = values.get("units")
    return {"measurement": measured, **({"units": units} if units else {})}
