"""A job that cannot be started ends at once, with Infrastructure and the reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pumice.testing.dispatcher import definition
from pumice.testing.worker_server import ServedJob, WorkerServer
from pumice.worker.config import WorkerConfig

PASSES = definition({"result": "pass"})


async def reason(server: WorkerServer, job: ServedJob) -> str:
    """The message of a job that ended without having run; it is the same everywhere."""
    await server.until(lambda: bool(job.endings))
    [end] = job.endings
    assert (end["result"], end["error_type"]) == ("fail", "Infrastructure")
    assert job.messages("error") == [end["errors"]]
    [result] = job.messages("results")
    assert (result["definition"], result["case"], result["result"]) == ("lava", "job", "fail")
    assert f"running {job.id}" not in server.journal
    return end["errors"]


async def test_without_a_dispatcher_to_run_it(
    server: WorkerServer, config: WorkerConfig, run_worker: Callable[..., Any]
) -> None:
    job = server.add(PASSES)
    async with run_worker(dispatcher=("/no/such/program",)):
        assert "/no/such/program" in await reason(server, job)
    assert not list((config.worker_dir / "jobs").iterdir())


async def test_with_a_payload_that_lacks_a_text(
    server: WorkerServer, run_worker: Callable[..., Any]
) -> None:
    job = server.add(PASSES)
    job.payload = replace(job.payload, device=None)  # type: ignore[arg-type]
    async with run_worker():
        assert "no text for device" in await reason(server, job)


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ("purge: [", "not valid"),
        ("- a list", "must be a map"),
        ("overrides: [A]", "must be a map"),
        ("removes: A", "must be a map"),
        ("overrides: {'A=B': c}", "no variable can have"),
        ('overrides: {A: "b\\0c"}', "no variable can have"),
    ],
)
async def test_with_an_environment_that_makes_no_sense(
    server: WorkerServer, run_worker: Callable[..., Any], env: str, said: str
) -> None:
    job = server.add(PASSES, env=env)
    async with run_worker():
        message = await reason(server, job)
    assert "env.yaml" in message
    assert said in message


async def test_where_its_folder_cannot_be_made(
    server: WorkerServer, config: WorkerConfig, run_worker: Callable[..., Any]
) -> None:
    async with run_worker():
        await server.until(lambda: "ping" in server.journal)
        jobs = config.worker_dir / "jobs"
        jobs.rmdir()
        jobs.write_text("in the way")
        job = server.add(PASSES)
        assert "Not a directory" in await reason(server, job)
        jobs.unlink()
        jobs.mkdir()
        other = server.add(PASSES)
        await server.until(lambda: bool(other.endings))
    assert other.endings[0]["result"] == "pass"
