"""The server double answers as the worker protocol says: tests against it mean something."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from pumice.testing.worker_server import DOORS, ServedJob, WorkerServer
from pumice.wire.states import JobState

LINE = b'- {"dt": "2026-11-01T00:00:00+00:00", "lvl": "info", "msg": "%d"}\n'


@pytest_asyncio.fixture
async def http(server: WorkerServer) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(server.url) as session:
        yield session


@pytest.fixture
def job(server: WorkerServer) -> ServedJob:
    return server.add("steps: []")


async def ask(
    http: aiohttp.ClientSession, method: str, path: str, token: str | None, **more: Any
) -> tuple[int, Any]:
    headers = {} if token is None else {"LAVA-Token": token}
    async with http.request(method, f"{DOORS}{path}", headers=headers, **more) as response:
        return response.status, await response.json()


@pytest.mark.parametrize(
    ("path", "token", "status", "text"),
    [
        ("/workers/worker/?version=1", None, 400, "Missing 'token'"),
        ("/workers/worker/?version=1", "wrong", 400, "Invalid 'token'"),
        ("/workers/other/?version=1", "wrong", 404, "Unknown worker 'other'"),
        ("/workers/worker/", "a-worker's-token", 400, "Missing 'version'"),
        ("/jobs/7/", "wrong", 404, "Unknown job '7'"),
        ("/jobs/1/", "wrong", 400, "Invalid 'token'"),
    ],
)
async def test_errors_have_the_texts_that_workers_compare(
    http: aiohttp.ClientSession,
    job: ServedJob,
    path: str,
    token: str | None,
    status: int,
    text: str,
) -> None:
    assert await ask(http, "GET", path, token) == (status, {"error": text})


async def test_a_job_moves_from_list_to_list_with_its_state(
    http: aiohttp.ClientSession, server: WorkerServer, job: ServedJob
) -> None:
    async def lists() -> dict[str, list[int]]:
        _, answer = await ask(http, "GET", "/workers/worker/?version=1", server.token)
        return {key: [entry["id"] for entry in answer[key]] for key in answer}

    assert await lists() == {"cancel": [], "running": [], "start": [1]}
    assert await ask(http, "POST", "/jobs/1/", job.token, data={"state": "RUNNING"}) == (200, {})
    assert await lists() == {"cancel": [], "running": [1], "start": []}
    server.cancel(job)
    assert await lists() == {"cancel": [1], "running": [], "start": []}
    end = {"state": "FINISHED", "result": "fail"}
    assert await ask(http, "POST", "/jobs/1/", job.token, data=end) == (200, {})
    assert await lists() == {"cancel": [], "running": [], "start": []}
    assert job.state is JobState.FINISHED


async def test_records_are_kept_by_position(http: aiohttp.ClientSession, job: ServedJob) -> None:
    async def send(index: int, *numbers: int) -> tuple[int, Any]:
        body = b"".join(LINE % number for number in numbers)
        return await ask(http, "POST", f"/jobs/1/logs/?index={index}", job.token, data=body)

    assert await send(0, 0, 1) == (200, {"line_count": 2})
    assert await send(1, 1, 2) == (200, {"line_count": 2})
    assert await send(9, 9) == (400, {"error": "Invalid 'index'"})
    assert job.messages() == ["0", "1", "2"]
