"""What a dispatcher finds in its environment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pumice.testing.dispatcher import definition
from pumice.testing.worker_server import WorkerServer
from pumice.worker.config import WorkerConfig


async def environment(
    server: WorkerServer, run_worker: Callable[..., Any], env: str, *names: str
) -> list[str]:
    steps = [{"environment": name} for name in names]
    job = server.add(definition(*steps, {"result": "pass"}), env=env)
    async with run_worker():
        await server.until(lambda: bool(job.endings))
    return job.messages()[1:]


@pytest.fixture(autouse=True)
def workers_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_PROXY", "http://proxy")
    monkeypatch.setenv("LAB_COLOUR", "grey")


async def test_it_is_the_workers_where_env_yaml_says_nothing(
    server: WorkerServer, run_worker: Callable[..., Any]
) -> None:
    found = await environment(server, run_worker, "", "LAB_PROXY", "LAB_COLOUR")
    assert found == ["http://proxy", "grey"]


async def test_env_yaml_removes_and_overrides(
    server: WorkerServer, run_worker: Callable[..., Any]
) -> None:
    env = "removes: [LAB_PROXY]\noverrides: {LAB_COLOUR: blue, LAB_NUMBER: 3}\n"
    names = ("LAB_PROXY", "LAB_COLOUR", "LAB_NUMBER")
    assert await environment(server, run_worker, env, *names) == ["<unset>", "blue", "3"]


async def test_a_purged_environment_still_has_a_path(
    server: WorkerServer, run_worker: Callable[..., Any]
) -> None:
    proxy, path = await environment(server, run_worker, "purge: true", "LAB_PROXY", "PATH")
    assert proxy == "<unset>"
    assert "/usr/bin" in path


async def test_every_process_carries_the_mark_of_its_job(
    server: WorkerServer, config: WorkerConfig, run_worker: Callable[..., Any]
) -> None:
    [mark] = await environment(server, run_worker, "purge: true", "PUMICE_JOB_DIR")
    assert mark == str(config.worker_dir / "jobs" / "1")


@pytest.mark.parametrize(
    "name", ["PUMICE_SECRET_KEY", "PUMICE_DIR", "DATABASE_URL", "DJANGO_SETTINGS_MODULE"]
)
async def test_what_configures_a_server_is_not_passed_on(
    server: WorkerServer,
    run_worker: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    monkeypatch.setenv(name, "secret")
    assert await environment(server, run_worker, "", name) == ["<unset>"]


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ("purge: true", "lab.example:3079"),
        ("overrides: {PUMICE_COORDINATOR: other.example:3079}", "other.example:3079"),
    ],
)
async def test_it_names_the_coordinator_unless_env_yaml_names_another(
    server: WorkerServer,
    run_worker: Callable[..., Any],
    env: str,
    expected: str,
) -> None:
    job = server.add(definition({"environment": "PUMICE_COORDINATOR"}, {"result": "pass"}), env=env)
    async with run_worker(coordinator="lab.example:3079"):
        await server.until(lambda: bool(job.endings))
    assert job.messages()[1:] == [expected]
