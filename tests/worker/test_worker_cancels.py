"""Canceling a job: its dispatcher may clean up, for as long as its plan says, and no longer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pumice.testing.dispatcher import definition
from pumice.testing.worker_server import WorkerServer
from pumice.wire.states import JobState
from pumice.worker.config import WorkerConfig
from pumice.worker.processes import identify


async def test_a_canceled_job_ends_as_its_dispatcher_says(
    server: WorkerServer, config: WorkerConfig, run_worker: Callable[..., Any]
) -> None:
    job = server.add(definition({"wait": str(config.worker_dir / "never")}))
    async with run_worker():
        await server.until(lambda: bool(job.messages()))
        server.cancel(job)
        await server.until(lambda: bool(job.endings))
    [end] = job.endings
    assert (end["result"], end["error_type"]) == ("fail", "Canceled")
    assert len(job.messages("results")) == 1


async def test_a_dispatcher_that_does_not_end_is_killed_after_the_time_for_its_cleanup(
    server: WorkerServer, config: WorkerConfig, run_worker: Callable[..., Any]
) -> None:
    never = {"wait": str(config.worker_dir / "never")}
    job = server.add(definition(never, cancel="ignore", finalize=0.2))
    async with run_worker(kill_grace=0.8):
        await server.until(lambda: bool(job.messages()))
        server.cancel(job)
        await server.until(lambda: bool(job.endings))
    [end] = job.endings
    assert end["error_type"] == "Infrastructure"
    assert "killed: it had not ended 1 s after its cancellation" in end["errors"]


async def test_a_cancellation_is_not_forgotten_when_the_worker_is_killed(
    server: WorkerServer,
    config: WorkerConfig,
    start_worker: Callable[[], Any],
    run_worker: Callable[..., Any],
) -> None:
    never = {"wait": str(config.worker_dir / "never")}
    job = server.add(definition(never, cancel="ignore", finalize=0.7))
    killed = start_worker()
    await server.until(lambda: bool(job.messages()))
    server.cancel(job)
    await server.until(lambda: "cancel ignored" in job.messages())
    killed.kill()
    killed.wait()
    async with run_worker():
        await server.until(lambda: bool(job.endings))
    assert job.messages().count("cancel ignored") == 1
    assert identify(int(job.messages()[0].removeprefix("pid "))) is None


async def test_a_job_that_this_worker_does_not_know_ends_canceled_and_never_runs(
    server: WorkerServer, run_worker: Callable[..., Any]
) -> None:
    job = server.add(definition({"result": "pass"}), state=JobState.CANCELING)
    async with run_worker():
        await server.until(lambda: bool(job.endings))
    [end] = job.endings
    assert (end["result"], end["error_type"]) == ("fail", "Canceled")
    assert "fetch 1" not in server.journal


async def test_a_job_canceled_while_its_payload_is_on_its_way_never_runs(
    server: WorkerServer, run_worker: Callable[..., Any]
) -> None:
    payload = server.delay("fetch")
    job = server.add(definition({"result": "pass"}))
    async with run_worker():
        await server.until(lambda: "delayed fetch" in server.journal)
        pings = server.journal.count("ping")
        server.cancel(job)
        await server.until(lambda: server.journal.count("ping") > pings)
        other = server.add(definition({"result": "pass"}))
        await server.until(lambda: bool(other.endings))
        payload.set()
        await server.until(lambda: bool(job.endings))
    assert job.endings[0]["error_type"] == "Canceled"
    assert job.records == []


async def test_a_job_canceled_while_no_worker_runs_is_canceled_by_the_next_one(
    server: WorkerServer,
    config: WorkerConfig,
    start_worker: Callable[[], Any],
    run_worker: Callable[..., Any],
) -> None:
    job = server.add(definition({"wait": str(config.worker_dir / "never")}))
    killed = start_worker()
    await server.until(lambda: bool(job.messages()))
    killed.kill()
    killed.wait()
    server.cancel(job)
    async with run_worker(ping_interval=3600.0):
        await server.until(lambda: bool(job.endings))
    assert job.endings[0]["error_type"] == "Canceled"
