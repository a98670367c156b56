"""Jobs and log lines for pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from pumice.server.ingest.append import append
from pumice.server.jobs.models import Job
from pumice.server.lifecycle.finish import finish
from pumice.server.lifecycle.reserve import reserve
from pumice.server.lifecycle.start import start
from pumice.wire import loglines
from pumice.wire.loglines import LogLine


@pytest.fixture
def say() -> Callable[..., None]:
    """Append lines (level and message) to a job's log as its worker would."""

    def act(job: Job, lines: list[tuple[str, object]], first: int = 0) -> None:
        stored = [
            loglines.encode(LogLine(f"2026-11-24T02:05:{n % 60:02}.250000+00:00", lvl, msg))
            for n, (lvl, msg) in enumerate(lines, first)
        ]
        append(job.pk, first, [f"- {text}\n".encode() for text in stored])

    return act


@pytest.fixture
def personal(alice: User, submit: Callable[..., Job], smoke: str) -> Job:
    """A job of alice's that only she may see."""
    return submit(alice, smoke.replace("visibility: public", "visibility: personal"))


@pytest.fixture
def finished(alice: User, submit: Callable[..., Job], say: Callable[..., None]) -> Job:
    """A job of alice's that ran on qemu-01 and failed, with a log and results."""
    job = submit(alice)
    reserve([(job.pk, "qemu-01")])
    start(job.pk)
    say(
        job,
        [
            ("info", "start: 1 deploy"),
            ("target", "Linux version 6.1"),
            ("results", {"definition": "0_smoke", "case": "true", "result": "pass", "starttc": 1}),
            ("results", {"definition": "0_smoke", "case": "speed", "result": "fail",
                         "measurement": "12.50", "units": "MB/s", "set": "disk"}),
            ("results", {"definition": "lava", "case": "job", "result": "fail",
                         "error_type": "Job", "error_msg": "nobody logged in"}),
        ],
    )  # fmt: skip
    finish(job.pk, passed=False, error_type="Job")
    job.refresh_from_db()
    return job
