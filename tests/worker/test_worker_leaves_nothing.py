"""After a job, every process that it started is gone, and so is its folder."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pumice.testing.dispatcher import definition
from pumice.testing.worker_server import WorkerServer
from pumice.wire.states import JobState
from pumice.worker.config import WorkerConfig
from pumice.worker.processes import MARK, identify


async def test_what_a_job_left_running_is_killed_before_its_end_is_told(
    server: WorkerServer, run_worker: Callable[..., Any]
) -> None:
    job = server.add(definition({"leave": "qemu"}, {"leave": "tftpd"}, {"result": "pass"}))
    async with run_worker():
        await server.until(lambda: bool(job.endings))
    left = [int(message.split()[1]) for message in job.messages()[1:]]
    assert len(left) == 2
    assert [identify(pid) for pid in left] == [None, None]
    assert job.endings[0]["result"] == "pass"


async def test_a_killed_dispatcher_takes_what_it_started_with_it(
    server: WorkerServer, config: WorkerConfig, run_worker: Callable[..., Any]
) -> None:
    never = {"wait": str(config.worker_dir / "never")}
    job = server.add(definition({"leave": "qemu"}, never))
    async with run_worker():
        await server.until(lambda: len(job.messages()) == 2)
        dispatcher, left = (int(message.split()[1]) for message in job.messages())
        os.kill(dispatcher, signal.SIGKILL)
        await server.until(lambda: bool(job.endings))
    assert identify(left) is None


async def test_what_belongs_to_another_job_or_to_nobody_is_left_alone(
    server: WorkerServer, config: WorkerConfig, run_worker: Callable[..., Any]
) -> None:
    never = {"wait": str(config.worker_dir / "never")}
    other = server.add(definition({"leave": "qemu"}, never))
    stranger = await asyncio.create_subprocess_exec("sleep", "600")
    try:
        async with run_worker():
            await server.until(lambda: len(other.messages()) == 2)
            job = server.add(definition({"result": "pass"}))
            await server.until(lambda: bool(job.endings))
            assert stranger.returncode is None
            assert identify(int(other.messages()[1].split()[1])) is not None
    finally:
        stranger.kill()
        await stranger.wait()


async def test_processes_of_a_job_whose_folder_is_gone_are_killed_at_the_workers_start(
    server: WorkerServer, config: WorkerConfig, run_worker: Callable[..., Any]
) -> None:
    mark = {MARK: str(config.worker_dir / "jobs" / "7")}
    left = await asyncio.create_subprocess_exec("sleep", "600", env=mark)
    async with run_worker():
        async with asyncio.timeout(10):
            assert await left.wait() == -signal.SIGKILL


async def test_a_job_that_the_server_no_longer_knows_is_stopped_and_forgotten(
    server: WorkerServer,
    config: WorkerConfig,
    run_worker: Callable[..., Any],
    gone: Callable[..., Any],
) -> None:
    told, go_on = config.worker_dir / "told", config.worker_dir / "go-on"
    job = server.add(
        definition({"leave": "qemu"}, {"wait": str(go_on)}, {"say": "more"}, {"wait": str(told)})
    )
    folder = config.worker_dir / "jobs" / str(job.id)
    async with run_worker():
        await server.until(lambda: len(job.messages()) == 2)
        server.forget(job)
        go_on.touch()
        await gone(folder)
    assert [identify(int(message.split()[1])) for message in job.messages()] == [None, None]
    assert job.endings == []


async def test_a_job_that_should_be_running_here_and_is_not_known_is_not_run_again(
    server: WorkerServer, run_worker: Callable[..., Any]
) -> None:
    job = server.add(definition({"result": "pass"}), state=JobState.RUNNING)
    async with run_worker():
        await server.until(lambda: bool(job.endings))
    [end] = job.endings
    assert (end["result"], end["error_type"]) == ("fail", "Infrastructure")
    assert "no record of this job" in end["errors"]
    assert "fetch 1" not in server.journal


async def test_what_a_killed_dispatcher_downloaded_is_removed_and_what_others_did_is_not(
    server: WorkerServer, tmp_path: Path, run_worker: Callable[..., Any], gone: Callable[..., Any]
) -> None:
    downloads = tmp_path / "downloads"
    for name in ("lab-1", "lab-2", "1"):
        (downloads / name).mkdir(parents=True)
    where = f"dispatcher_download_dir: {downloads}\nprefix: lab-\n"
    job = server.add(definition({"exit": 9}), dispatcher=where)
    async with run_worker():
        await server.until(lambda: bool(job.endings))
        await gone(downloads / "lab-1")
    assert {path.name for path in downloads.iterdir()} == {"lab-2", "1"}
