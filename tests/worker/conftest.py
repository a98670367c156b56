"""A server double, a worker in this process or in its own, and dispatchers without boards."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from pumice.testing.worker_server import WorkerServer
from pumice.worker.config import WorkerConfig
from pumice.worker.processes import kill_marked
from pumice.worker.service import Worker

FAKE = (sys.executable, "-m", "pumice.testing.dispatcher")

RunWorker = Callable[..., AbstractAsyncContextManager[Worker]]
StartWorker = Callable[[], subprocess.Popen[bytes]]
Waiter = Callable[[Path], Awaitable[None]]

_PROGRAM = """
import sys
from pathlib import Path
from pumice.worker.main import WorkerConfig, main
url, name, token, folder, *dispatcher = sys.argv[1:]
sys.exit(main(WorkerConfig(
    url=url, name=name, token=token, worker_dir=Path(folder), dispatcher=tuple(dispatcher))))
"""


@pytest_asyncio.fixture
async def server() -> AsyncIterator[WorkerServer]:
    async with WorkerServer() as double:
        yield double


@pytest_asyncio.fixture
async def worker_dir(tmp_path: Path) -> AsyncIterator[Path]:
    folder = tmp_path / "worker"
    yield folder
    await kill_marked(lambda path: path.is_relative_to(folder))


@pytest.fixture
def gone() -> Waiter:
    """``await gone(path)`` waits until there is no such file or folder."""

    async def wait(path: Path) -> None:
        async with asyncio.timeout(30):
            while path.exists():  # noqa: ASYNC110 - nothing tells of a folder's end
                await asyncio.sleep(0.01)

    return wait


@pytest.fixture
def made() -> Waiter:
    """``await made(path)`` waits until there is such a file or folder."""

    async def wait(path: Path) -> None:
        async with asyncio.timeout(30):
            while not path.exists():  # noqa: ASYNC110 - the test is no part of what makes it
                await asyncio.sleep(0.01)

    return wait


@pytest.fixture
def config(server: WorkerServer, worker_dir: Path) -> WorkerConfig:
    return WorkerConfig(
        url=server.url,
        name=server.name,
        token=server.token,
        worker_dir=worker_dir,
        dispatcher=FAKE,
        kill_grace=0.1,
    )


@pytest.fixture
def run_worker(config: WorkerConfig) -> RunWorker:
    """``async with run_worker(**changes_of_config):`` serves in this process meanwhile."""

    @asynccontextmanager
    async def run(**changes: Any) -> AsyncIterator[Worker]:
        worker = Worker(replace(config, **changes))
        serving = asyncio.create_task(worker.run())
        try:
            yield worker
        finally:
            worker.stop()
            await serving

    return run


@pytest.fixture
def start_worker(config: WorkerConfig) -> Iterator[StartWorker]:
    """``start_worker()`` starts one that leads a process group, which a test may kill."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", _PROGRAM, config.url, config.name, str(config.token)]
        process = subprocess.Popen(
            [*command, str(config.worker_dir), *config.dispatcher], process_group=0
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
