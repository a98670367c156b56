"""From the server's word to the folder's end, with nothing going wrong."""

from __future__ import annotations

import stat
from collections.abc import Callable
from typing import Any

from pumice.testing.dispatcher import definition
from pumice.testing.worker_server import WorkerServer
from pumice.wire.states import JobState
from pumice.worker.config import WorkerConfig

PASSES = definition({"say": "hello"}, {"result": "pass"})


async def test_the_server_is_told_in_the_order_of_a_jobs_life(
    server: WorkerServer, run_worker: Callable[..., Any]
) -> None:
    job = server.add(PASSES)
    async with run_worker():
        await server.until(lambda: bool(job.endings))
    told = [what for what in server.journal if not what.startswith(("logs", "ping", "push"))]
    assert told == ["fetch 1", "running 1", "finished 1"]
    assert server.journal[-1] == "finished 1"


async def test_every_record_arrives_once_and_in_order(
    server: WorkerServer, run_worker: Callable[..., Any]
) -> None:
    job = server.add(definition({"count": 12_000}, {"result": "pass"}))
    async with run_worker():
        await server.until(lambda: bool(job.endings))
    assert job.messages()[1:] == [f"line {number}" for number in range(12_000)]
    assert job.messages("results") == [{"definition": "lava", "case": "job", "result": "pass"}]


async def test_a_job_that_passes_ends_with_its_plan_and_no_error(
    server: WorkerServer, run_worker: Callable[..., Any]
) -> None:
    job = server.add(PASSES)
    async with run_worker():
        await server.until(lambda: bool(job.endings))
    [end] = job.endings
    assert (end["result"], end["error_type"], end["errors"]) == ("pass", "", "")
    assert "finalize" in end["description"]


async def test_a_job_that_fails_ends_with_its_error_type_and_what_the_dispatcher_said(
    server: WorkerServer, run_worker: Callable[..., Any]
) -> None:
    job = server.add(definition({"complain": "no such board"}, {"result": "Job"}))
    async with run_worker():
        await server.until(lambda: bool(job.endings))
    [end] = job.endings
    assert (end["result"], end["error_type"]) == ("fail", "Job")
    assert end["errors"] == "no such board"


async def test_the_folder_is_private_while_the_job_runs_and_gone_after_it(
    server: WorkerServer,
    config: WorkerConfig,
    run_worker: Callable[..., Any],
    gone: Callable[..., Any],
) -> None:
    go_on = config.worker_dir / "go-on"
    job = server.add(definition({"wait": str(go_on)}, {"result": "pass"}), env_dut="A: b")
    folder = config.worker_dir / "jobs" / str(job.id)
    async with run_worker():
        await server.until(lambda: bool(job.messages()))
        private = ["job.yaml", "device.yaml", "env-dut.yaml", "state.json", "stderr"]
        modes = {name: stat.S_IMODE(folder.joinpath(name).stat().st_mode) for name in private}
        assert modes == dict.fromkeys(private, 0o600)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        go_on.touch()
        await server.until(lambda: bool(job.endings))
        await gone(folder)
    assert not list((config.worker_dir / "run").glob("bell-*"))


async def test_large_uploads_are_compressed_and_small_ones_are_not(
    server: WorkerServer, config: WorkerConfig, run_worker: Callable[..., Any]
) -> None:
    go_on = config.worker_dir / "go-on"
    steps = {"say": "little"}, {"wait": str(go_on)}, {"count": 500}, {"result": "pass"}
    job = server.add(definition(*steps))
    async with run_worker():
        await server.until(lambda: "little" in job.messages())
        assert set(server.encodings) == {""}
        go_on.touch()
        await server.until(lambda: bool(job.endings))
    assert set(server.encodings) == {"", "zstd"}


async def test_jobs_run_side_by_side_and_a_slow_upload_of_one_holds_up_no_other(
    server: WorkerServer, config: WorkerConfig, run_worker: Callable[..., Any]
) -> None:
    go_on = config.worker_dir / "go-on"
    slow = server.add(definition({"say": "slow"}, {"wait": str(go_on)}, {"result": "pass"}))
    async with run_worker():
        await server.until(lambda: slow.state is JobState.RUNNING)
        release = server.hold("logs")
        go_on.touch()
        await server.until(lambda: "held logs" in server.journal)
        quick = server.add(PASSES)
        await server.until(lambda: bool(quick.endings))
        assert not slow.endings
        release.set()
        await server.until(lambda: bool(slow.endings))
