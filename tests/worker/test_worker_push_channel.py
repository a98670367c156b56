"""The server's word reaches the worker at once; without a push channel, at the next ping."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pumice.testing.dispatcher import definition
from pumice.testing.worker_server import WorkerServer
from pumice.wire.states import JobState
from pumice.worker.config import WorkerConfig

PASSES = definition({"result": "pass"})
LONG_AFTER_THE_TEST = 3600.0


async def test_a_new_job_starts_on_the_push_and_not_at_the_next_ping(
    server: WorkerServer, run_worker: Callable[..., Any]
) -> None:
    async with run_worker(ping_interval=LONG_AFTER_THE_TEST):
        await server.until(lambda: server.journal.count("ping") >= 2)
        before = len(server.journal)
        job = server.add(PASSES)
        await server.until(lambda: bool(job.endings))
    assert server.journal[before : before + 3] == ["ping", "fetch 1", "running 1"]


async def test_running_is_reported_before_anything_of_the_log(
    server: WorkerServer, run_worker: Callable[..., Any]
) -> None:
    job = server.add(PASSES)
    async with run_worker(ping_interval=LONG_AFTER_THE_TEST):
        await server.until(lambda: bool(job.endings))
    logs = [what for what in server.journal if what.startswith("logs 1")]
    assert server.journal.index("running 1") < server.journal.index(logs[0])


async def test_every_connection_begins_with_a_ping_so_that_nothing_said_before_it_is_missed(
    server: WorkerServer, run_worker: Callable[..., Any]
) -> None:
    async with run_worker(ping_interval=LONG_AFTER_THE_TEST):
        await server.until(lambda: server.journal.count("ping") >= 2)
        await server.stop()
        job = server.add(PASSES)
        await server.start()
        await server.until(lambda: bool(job.endings))
    assert server.journal.count("push") == 2


async def test_a_sign_of_life_on_the_channel_is_no_reason_to_ping(
    server: WorkerServer, run_worker: Callable[..., Any]
) -> None:
    async with run_worker(ping_interval=LONG_AFTER_THE_TEST):
        await server.until(lambda: server.journal.count("ping") >= 2)
        before = server.journal.count("ping")
        server.push({"alive": True})
        job = server.add(PASSES)
        await server.until(lambda: bool(job.endings))
    assert server.journal.count("ping") == before + 1


async def test_without_a_push_channel_the_worker_pings_at_its_interval(
    server: WorkerServer, run_worker: Callable[..., Any]
) -> None:
    server.has_push = False
    async with run_worker(ping_interval=0.05):
        await server.until(lambda: server.journal.count("ping") >= 2)
        job = server.add(PASSES)
        await server.until(lambda: bool(job.endings))
    assert "push" not in server.journal


async def test_an_answer_that_was_under_way_when_a_job_ended_is_not_believed(
    server: WorkerServer,
    config: WorkerConfig,
    run_worker: Callable[..., Any],
    gone: Callable[..., Any],
) -> None:
    go_on = config.worker_dir / "go-on"
    job = server.add(definition({"wait": str(go_on)}, {"result": "pass"}))
    async with run_worker(ping_interval=LONG_AFTER_THE_TEST):
        await server.until(lambda: job.state is JobState.RUNNING)
        answer = server.delay("ping")
        server.push({"ping": True})
        await server.until(lambda: "delayed ping" in server.journal)
        go_on.touch()
        await server.until(lambda: bool(job.endings))
        await gone(config.worker_dir / "jobs" / str(job.id))
        answer.set()
        other = server.add(PASSES)
        await server.until(lambda: bool(other.endings))
    assert [end["result"] for end in job.endings] == ["pass"]
    assert server.journal.count("fetch 1") == 1
