"""The kernel's messages: findings are recorded, a panic ends the job.

Source: the texts that Linux prints for warnings, oopses, the sanitizers' reports and panics.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from pumice.dispatcher.console.engine import Console, Watch
from pumice.dispatcher.errors import KernelPanic
from pumice.dispatcher.report import Report
from pumice.wire.results import LAVA_SUITE

CASE = "kernel-messages"

KINDS: tuple[tuple[str, str], ...] = (
    ("panic", r"Kernel panic - not syncing"),
    ("reset", r"U-Boot SPL 20\d\d"),
    ("trace", r"-+\[ cut here \]-+"),
    ("fault", r"Unhandled fault"),
    ("kcsan", r"BUG: KCSAN:"),
    ("kasan", r"BUG: KASAN:"),
    ("kfence", r"BUG: KFENCE:"),
    ("oops", r"\bOops(?: -|:)"),
    ("warning", r"\] WARNING:|WARNING: CPU: \d+ PID: \d+"),
    ("bug", r"kernel BUG at |\] BUG:|BUG: unable to handle"),
    ("invalid opcode", r"invalid opcode:"),
)
"""The name of each kind of finding, and its pattern. The first two end the job."""

_FATAL = frozenset({"panic", "reset"})
_ENDED = "end Kernel panic"
_MOST = 100

PATIENCE = 10.0
"""Seconds for which a kernel that boots may go on talking after its panic."""


@dataclass(slots=True)
class KernelWatch:
    """Looks for the kernel's findings on one console, from :meth:`start` on.

    A panic makes the console fail once it has been followed by ``quiet`` seconds of silence, so
    that the log holds all of it; a test that merely shows an old log goes on talking. Kernels may
    go on talking too: it fails at the latest ``patience`` seconds after the panic, where that is
    not None, and at once where the kernel panics again after ``quiet`` seconds.
    """

    console: Console
    quiet: float = 1.0
    patience: float | None = field(default_factory=lambda: PATIENCE)
    findings: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    _watch: Watch | None = None
    _panic: str = ""
    _panicked: float = 0.0
    _mark: int = 0
    _timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin to look."""
        if self._watch is None:
            self._watch = Watch([pattern for _, pattern in KINDS], self._seen)
            self.console.watch(self._watch)

    def stop(self) -> None:
        """End looking."""
        if self._watch is not None:
            self.console.unwatch(self._watch)
            self._watch = None
        self._dismiss()

    def _seen(self, index: int, line: str, record: int) -> None:
        kind = KINDS[index][0]
        if _ENDED in line:
            return
        if len(self.findings) < _MOST:
            self.findings.append({"kind": kind, "message": line.strip()[:500], "line": record})
        if kind not in _FATAL:
            return
        now = asyncio.get_running_loop().time()
        if not self._panic:
            self._panic, self._panicked, self._mark = line.strip(), now, self.console.heard
            self._wait()
        elif now - self._panicked > self.quiet and self.console.matched <= self._mark:
            self._fail()

    def _wait(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self.quiet, self._decide, self.console.heard)

    def _decide(self, heard: int) -> None:
        self._timer = None
        if self.console.matched > self._mark:
            self._dismiss()  # somebody still answers: it was only shown
        elif self.console.heard > heard and not self._lasts():
            self._wait()
        else:
            self._fail()

    def _lasts(self) -> bool:
        """Whether the kernel has been talking for too long since its panic."""
        passed = asyncio.get_running_loop().time() - self._panicked
        return self.patience is not None and passed >= self.patience

    def _fail(self) -> None:
        self.console.fail(KernelPanic(f"the kernel stopped: {self._panic}"))

    def _dismiss(self) -> None:
        self._panic = ""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def report(self, report: Report, namespace: str, level: str, *, always: bool) -> None:
        """Report the case ``kernel-messages`` with the findings since the last time."""
        findings, self.findings = self.findings, []
        if not findings and not always:
            return
        record: dict[str, Any] = {
            "definition": LAVA_SUITE,
            "case": CASE,
            "result": "fail" if findings else "pass",
            "namespace": namespace,
            "level": level,
        }
        if findings:
            record["extra"] = findings
        report.results(record)
