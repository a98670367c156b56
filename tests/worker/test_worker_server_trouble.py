"""A server that is away, slow, or answers with errors: nothing is lost, nothing comes twice."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from pumice.testing.dispatcher import definition
from pumice.testing.worker_server import WorkerServer
from pumice.wire.states import JobState
from pumice.worker.config import WorkerConfig

PASSES = definition({"say": "hello"}, {"result": "pass"})


async def test_what_a_job_says_while_the_server_is_away_is_sent_when_it_is_back(
    server: WorkerServer,
    config: WorkerConfig,
    run_worker: Callable[..., Any],
    made: Callable[..., Any],
) -> None:
    away = config.worker_dir / "away"
    job = server.add(
        definition({"say": "before"}, {"wait": str(away)}, {"count": 9000}, {"result": "pass"})
    )
    async with run_worker():
        await server.until(lambda: "before" in job.messages())
        await server.stop()
        away.touch()
        folder = config.worker_dir / "jobs" / str(job.id)
        await made(folder / "result.yaml")
        await server.start()
        await server.until(lambda: bool(job.endings))
    assert job.messages()[1:] == ["before", *(f"line {number}" for number in range(9000))]


async def test_records_whose_answer_was_lost_are_sent_again_and_stand_once_in_the_log(
    server: WorkerServer, run_worker: Callable[..., Any]
) -> None:
    server.cut("logs", 3)
    job = server.add(definition({"count": 100}, {"result": "pass"}))
    async with run_worker():
        await server.until(lambda: bool(job.endings))
    assert server.journal.count("cut logs") == 3
    assert job.messages()[1:] == [f"line {number}" for number in range(100)]


async def test_an_end_whose_answer_was_lost_is_reported_again(
    server: WorkerServer,
    run_worker: Callable[..., Any],
    config: WorkerConfig,
    gone: Callable[..., Any],
) -> None:
    job = server.add(PASSES)
    async with run_worker():
        await server.until(lambda: job.state is JobState.RUNNING)
        server.cut("state")
        await server.until(lambda: len(job.endings) == 2)
        await gone(config.worker_dir / "jobs" / str(job.id))
    assert job.endings[0] == job.endings[1]


async def test_the_end_waits_until_every_record_is_acknowledged(
    server: WorkerServer, run_worker: Callable[..., Any]
) -> None:
    server.refuse("logs", 500, 502, 503, 404)
    job = server.add(PASSES)
    async with run_worker():
        await server.until(lambda: bool(job.endings))
    refused = [at for at, what in enumerate(server.journal) if what == "refused logs"]
    assert len(refused) == 4
    assert server.journal.index("finished 1") > refused[-1]
    assert "hello" in job.messages()


async def test_a_start_that_the_server_did_not_take_note_of_is_told_again(
    server: WorkerServer, config: WorkerConfig, run_worker: Callable[..., Any]
) -> None:
    server.refuse("state", 500)
    job = server.add(definition({"wait": str(config.worker_dir / "never")}))
    async with run_worker():
        await server.until(lambda: job.state is JobState.RUNNING)
    assert server.journal.count("fetch 1") == 1


async def test_a_job_that_cannot_be_fetched_is_asked_for_again_soon(
    server: WorkerServer, run_worker: Callable[..., Any]
) -> None:
    server.refuse("fetch", 500, 500)
    job = server.add(PASSES)
    async with run_worker(ping_interval=3600.0):
        await server.until(lambda: bool(job.endings))
    assert server.journal.count("refused fetch") == 2
    assert server.journal.count("fetch 1") == 1


async def test_pings_go_on_after_an_error(
    server: WorkerServer, run_worker: Callable[..., Any]
) -> None:
    server.has_push = False
    server.refuse("ping", 500, 404, 409)
    job = server.add(PASSES)
    async with run_worker(ping_interval=0.05):
        await server.until(lambda: bool(job.endings))
    assert server.journal[:3] == ["refused ping"] * 3


async def test_batches_shrink_to_what_the_server_takes(
    server: WorkerServer, run_worker: Callable[..., Any]
) -> None:
    server.largest_body = 2000
    job = server.add(definition({"count": 3000}, {"result": "pass"}))
    async with run_worker():
        await server.until(lambda: bool(job.endings))
    assert "too large 1" in server.journal
    assert job.messages()[1:] == [f"line {number}" for number in range(3000)]


async def test_a_record_that_no_batch_can_carry_is_replaced_and_the_others_keep_their_places(
    server: WorkerServer, run_worker: Callable[..., Any]
) -> None:
    server.largest_body = 500
    incompressible = secrets.token_hex(10_000)
    job = server.add(definition({"say": incompressible}, {"say": "after"}, {"result": "pass"}))
    async with run_worker():
        await server.until(lambda: bool(job.endings))
    assert [record.msg for record in job.records][1:3] == ["<line way too long ...>", "after"]


async def test_a_server_that_lost_records_it_had_acknowledged_gets_them_again(
    server: WorkerServer, config: WorkerConfig, run_worker: Callable[..., Any]
) -> None:
    restored = config.worker_dir / "restored"
    job = server.add(definition({"count": 20}, {"wait": str(restored)}, {"result": "pass"}))
    async with run_worker():
        await server.until(lambda: len(job.messages()) == 21)
        del job.records[5:]
        restored.touch()
        await server.until(lambda: bool(job.endings))
    assert job.messages()[1:] == [f"line {number}" for number in range(20)]
    assert len(job.messages("results")) == 1
