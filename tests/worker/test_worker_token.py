"""Where a worker's token comes from, and where it is kept."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pumice.testing.worker_server import WorkerServer
from pumice.worker import registration
from pumice.worker.config import WorkerConfig


async def test_a_given_token_is_kept_in_a_file_for_this_user_only(
    server: WorkerServer, config: WorkerConfig, run_worker: Callable[..., Any]
) -> None:
    async with run_worker():
        await server.until(lambda: "ping" in server.journal)
    path = config.worker_dir / "token"
    assert path.read_text() == f"{server.token}\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_token_is_read_from_the_file_that_is_named(
    server: WorkerServer, tmp_path: Path, run_worker: Callable[..., Any]
) -> None:
    path = tmp_path / "lab.token"
    path.write_text(f" {server.token}\n")
    async with run_worker(token=None, token_file=path):
        await server.until(lambda: "ping" in server.journal)
    assert not any(what.startswith("register") for what in server.journal)


async def test_without_a_token_the_worker_registers_once(
    server: WorkerServer, config: WorkerConfig, run_worker: Callable[..., Any]
) -> None:
    server.registers = True
    async with run_worker(token=None):
        await server.until(lambda: "ping" in server.journal)
    before = len(server.journal)
    async with run_worker(token=None):
        await server.until(lambda: "ping" in server.journal[before:])
    assert server.journal.count(f"register {config.name}") == 1


async def test_a_refused_worker_asks_again_and_takes_a_token_that_appears_meanwhile(
    server: WorkerServer,
    config: WorkerConfig,
    run_worker: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(registration, "RETRY", 0.02)
    async with run_worker(token=None):
        await server.until(lambda: server.journal.count(f"register {config.name}") >= 2)
        (config.worker_dir / "token").write_text(server.token)
        await server.until(lambda: "ping" in server.journal)
