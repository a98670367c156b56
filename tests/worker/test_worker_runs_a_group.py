"""The jobs of a MultiNode group, from one definition to their meeting, with real dispatchers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pumice.definitions.multinode import split
from pumice.formats import yaml
from pumice.testing.group_lab import Coordinator
from pumice.testing.scripted_lab import ScriptedLab
from pumice.testing.worker_server import WorkerServer

DISPATCHER = (sys.executable, "-m", "pumice.dispatcher")


@pytest.fixture
def coordinator(tmp_path: Path) -> Iterator[Coordinator]:
    one = Coordinator(tmp_path)
    one.start()
    yield one
    one.kill()


def _group(folder: Path) -> dict[str, Any]:
    """The definition of a group whose server waits for both its clients."""
    lab = ScriptedLab(folder)
    actions = [
        _for(lab.deploy(), "server", "client"),
        _for(lab.boot(), "server", "client"),
        _for(lab.test("lava-wait-all up client", "lava-group", "lava-sync end"), "server"),
        _for(lab.test("lava-send up name=$(lava-self)", "lava-sync end"), "client"),
    ]
    roles = {
        name: {"device_type": "scripted", "count": count, "context": {"arch": "x86_64"}}
        for name, count in (("server", 1), ("client", 2))
    }
    return {
        "job_name": "a group",
        "visibility": "public",
        "timeouts": {"job": {"minutes": 2}},
        "protocols": {"lava-multinode": {"roles": roles}},
        "actions": actions,
    }


def _for(action: dict[str, Any], *roles: str) -> dict[str, Any]:
    (block,) = action.values()
    block["role"] = list(roles)
    return action


async def test_its_jobs_find_each_other(
    server: WorkerServer,
    run_worker: Callable[..., Any],
    coordinator: Coordinator,
    tmp_path: Path,
) -> None:
    jobs: list[Any] = []
    for part in split(_group(tmp_path), target_group="7f9c24e8-3b12-4fef-91e0-56a2d5a5b8c1"):
        board = tmp_path / str(part.sub_id)
        board.mkdir()
        device = yaml.dump(ScriptedLab(board).device())
        jobs.append(server.add(yaml.dump(part.definition), device=device))
    address = f"127.0.0.1:{coordinator.port}"
    async with run_worker(dispatcher=DISPATCHER, coordinator=address, kill_grace=30.0):
        await server.until(lambda: all(job.endings for job in jobs), seconds=120)
    assert [job.endings[0]["result"] for job in jobs] == ["pass"] * 3
    said = [str(line) for line in jobs[0].messages("target")]
    assert {"1\tserver", "2\tclient", "3\tclient"} <= set(said)
    assert any("LAVA_WAIT_ALL_COMPLETE" in line and "3:name=3" in line for line in said)
