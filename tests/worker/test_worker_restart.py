"""Workers, dispatchers and both are killed in the middle of a job, and the worker starts again."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pumice.testing.dispatcher import definition
from pumice.testing.worker_server import ServedJob, WorkerServer
from pumice.worker.config import WorkerConfig
from pumice.worker.processes import identify


@pytest.fixture
def go_on(config: WorkerConfig) -> Path:
    return config.worker_dir / "go-on"


@pytest.fixture
def job(server: WorkerServer, go_on: Path) -> ServedJob:
    """A job that says 50 lines, waits for ``go_on``, says 60 more, and passes."""
    return server.add(
        definition({"count": 50}, {"wait": str(go_on)}, {"count": 60}, {"result": "pass"})
    )


LINES = [f"line {number}" for number in (*range(50), *range(60))]


def dispatcher_of(job: ServedJob) -> int:
    return int(job.messages()[0].removeprefix("pid "))


async def first_half(server: WorkerServer, job: ServedJob) -> None:
    await server.until(lambda: len(job.messages()) == 51 and job.state.label == "Running")


def edit_state(config: WorkerConfig, job: ServedJob, **changes: Any) -> None:
    path = config.worker_dir / "jobs" / str(job.id) / "state.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


async def test_a_job_outlives_its_worker_and_the_next_worker_goes_on_with_it(
    server: WorkerServer, job: ServedJob, go_on: Path, start_worker: Callable[[], Any]
) -> None:
    killed = start_worker()
    await first_half(server, job)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    assert identify(dispatcher_of(job)) is not None
    start_worker()
    go_on.touch()
    await server.until(lambda: bool(job.endings))
    assert job.messages()[1:] == LINES
    assert job.endings[0]["result"] == "pass"
    assert server.journal.count("fetch 1") == 1


async def test_a_job_that_ends_while_no_worker_runs_is_reported_by_the_next_one(
    server: WorkerServer,
    job: ServedJob,
    go_on: Path,
    config: WorkerConfig,
    start_worker: Callable[[], Any],
    made: Callable[..., Any],
) -> None:
    killed = start_worker()
    await first_half(server, job)
    killed.kill()
    killed.wait()
    go_on.touch()
    await made(config.worker_dir / "jobs" / str(job.id) / "result.yaml")
    start_worker()
    await server.until(lambda: bool(job.endings))
    assert job.messages()[1:] == LINES
    assert job.endings[0]["result"] == "pass"


async def test_a_stopped_worker_exits_at_once_and_leaves_its_job_running(
    server: WorkerServer, job: ServedJob, go_on: Path, start_worker: Callable[[], Any]
) -> None:
    stopped = start_worker()
    await first_half(server, job)
    stopped.send_signal(signal.SIGTERM)
    assert stopped.wait(timeout=5) == 0
    assert identify(dispatcher_of(job)) is not None
    start_worker()
    go_on.touch()
    await server.until(lambda: bool(job.endings))
    assert job.messages()[1:] == LINES


async def test_a_killed_dispatcher_ends_its_job_with_the_signal_in_log_and_result(
    server: WorkerServer, job: ServedJob, run_worker: Callable[..., Any]
) -> None:
    async with run_worker():
        await first_half(server, job)
        os.kill(dispatcher_of(job), signal.SIGKILL)
        await server.until(lambda: bool(job.endings))
    message = "the dispatcher's process ended without a result (killed by SIGKILL)"
    [end] = job.endings
    assert (end["result"], end["error_type"]) == ("fail", "Infrastructure")
    assert end["errors"] == message
    assert job.messages("error") == [message]
    [result] = job.messages("results")
    assert (result["case"], result["error_type"]) == ("job", "Infrastructure")
    assert result["error_msg"] == message


async def test_a_dispatcher_that_breaks_off_leaves_its_last_words_in_the_message(
    server: WorkerServer, run_worker: Callable[..., Any]
) -> None:
    job = server.add(definition({"complain": "Traceback\nKeyError: 'x'"}, {"exit": 3}))
    async with run_worker():
        await server.until(lambda: bool(job.endings))
    assert job.messages("error") == [
        "the dispatcher's process ended without a result (exit status 3): KeyError: 'x'"
    ]
    assert "Traceback" in job.endings[0]["errors"]


async def test_a_worker_killed_together_with_its_dispatcher_ends_the_job_when_it_is_back(
    server: WorkerServer, job: ServedJob, start_worker: Callable[[], Any]
) -> None:
    killed = start_worker()
    await first_half(server, job)
    killed.kill()
    os.kill(dispatcher_of(job), signal.SIGKILL)
    killed.wait()
    start_worker()
    await server.until(lambda: bool(job.endings))
    [end] = job.endings
    assert (end["result"], end["error_type"]) == ("fail", "Infrastructure")
    assert "it was gone when the worker was started again" in end["errors"]
    assert len(job.messages("results")) == 1
    assert server.journal.count("fetch 1") == 1


async def test_a_host_that_was_restarted_is_named_as_the_reason(
    server: WorkerServer, job: ServedJob, config: WorkerConfig, start_worker: Callable[[], Any]
) -> None:
    killed = start_worker()
    await first_half(server, job)
    killed.kill()
    os.kill(dispatcher_of(job), signal.SIGKILL)
    killed.wait()
    edit_state(config, job, process={"pid": 1, "start": 1, "boot": "an earlier one"})
    start_worker()
    await server.until(lambda: bool(job.endings))
    assert "the worker's host was restarted while the job ran" in job.endings[0]["errors"]


async def test_another_process_with_the_same_id_is_not_taken_for_the_dispatcher(
    server: WorkerServer, job: ServedJob, config: WorkerConfig, start_worker: Callable[[], Any]
) -> None:
    killed = start_worker()
    await first_half(server, job)
    killed.kill()
    os.kill(dispatcher_of(job), signal.SIGKILL)
    killed.wait()
    state = json.loads((config.worker_dir / "jobs/1/state.json").read_text())
    edit_state(config, job, process=state["process"] | {"pid": os.getpid()})
    start_worker()
    await server.until(lambda: bool(job.endings))
    assert job.endings[0]["error_type"] == "Infrastructure"


async def test_a_worker_killed_before_it_noted_the_process_finds_it_by_its_mark(
    server: WorkerServer,
    job: ServedJob,
    go_on: Path,
    config: WorkerConfig,
    start_worker: Callable[[], Any],
) -> None:
    killed = start_worker()
    await first_half(server, job)
    killed.kill()
    killed.wait()
    edit_state(config, job, process=None)
    start_worker()
    go_on.touch()
    await server.until(lambda: bool(job.endings))
    assert job.messages()[1:] == LINES
    assert job.endings[0]["result"] == "pass"


async def test_a_job_whose_dispatcher_had_not_started_is_started_by_the_next_worker(
    server: WorkerServer, config: WorkerConfig, run_worker: Callable[..., Any]
) -> None:
    job = server.add(definition({"result": "pass"}))
    folder = config.worker_dir / "jobs" / str(job.id)
    folder.mkdir(parents=True)
    state = {"token": job.token, "bell": "", "process": None, "canceled": False}
    (folder / "state.json").write_text(json.dumps(state))
    async with run_worker(ping_interval=3600.0):
        await server.until(lambda: bool(job.endings))
    assert job.endings[0]["result"] == "pass"


async def test_a_line_that_was_never_finished_does_not_reach_the_server(
    server: WorkerServer, run_worker: Callable[..., Any]
) -> None:
    job = server.add(definition({"say": "whole"}, {"torn": "half a rec"}, {"exit": 1}))
    async with run_worker():
        await server.until(lambda: bool(job.endings))
    assert job.messages()[1:] == ["whole"]
    assert [record.lvl for record in job.records] == ["info", "info", "error", "results"]


async def test_a_dispatcher_killed_after_its_last_record_has_ended_as_that_record_says(
    server: WorkerServer, run_worker: Callable[..., Any]
) -> None:
    passed = server.add(definition({"last": "pass"}, {"exit": 9}))
    failed = server.add(definition({"last": "Test"}, {"exit": 9}))
    async with run_worker():
        await server.until(lambda: bool(passed.endings and failed.endings))
    assert (passed.endings[0]["result"], failed.endings[0]["error_type"]) == ("pass", "Test")
    assert len(passed.messages("results")) == len(failed.messages("results")) == 1


async def test_two_workers_never_share_a_folder(
    server: WorkerServer, run_worker: Callable[..., Any], start_worker: Callable[[], Any]
) -> None:
    async with run_worker():
        await server.until(lambda: "ping" in server.journal)
        assert start_worker().wait(timeout=10) == 2
