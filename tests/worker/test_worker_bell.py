"""The bell: a dispatcher's records reach the server at once, whatever became of the bell."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from pumice.worker.bell import Bell, path_for


@pytest_asyncio.fixture
async def bell(tmp_path: Path) -> AsyncIterator[Bell]:
    bell = Bell(tmp_path / "bell")
    yield bell
    bell.remove()


def ring(path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ringer:
        ringer.sendto(b"", str(path))


async def test_a_datagram_ends_the_wait(bell: Bell) -> None:
    waiting = asyncio.create_task(bell.wait(3600))
    await asyncio.sleep(0)
    ring(bell.path)
    async with asyncio.timeout(5):
        await waiting


async def test_a_ring_before_the_wait_is_not_lost_and_counts_once(bell: Bell) -> None:
    for _ in range(5):
        ring(bell.path)
    async with asyncio.timeout(5):
        await bell.wait(3600)
    waiting = asyncio.create_task(bell.wait(0.05))
    await waiting
    assert waiting.done()


async def test_the_bell_of_a_killed_worker_is_replaced(tmp_path: Path) -> None:
    abandoned = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    abandoned.bind(str(tmp_path / "bell"))
    abandoned.close()
    bell = Bell(tmp_path / "bell")
    ring(bell.path)
    async with asyncio.timeout(5):
        await bell.wait(3600)
    bell.remove()
    assert not bell.path.exists()


async def test_a_folder_with_a_long_name_has_a_bell_elsewhere_of_its_own(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 100)
    paths = {path_for(deep, 1), path_for(deep, 2), path_for(tmp_path / ("y" * 100), 1)}
    assert len(paths) == 3
    for path in paths:
        bell = Bell(path)
        ring(path)
        async with asyncio.timeout(5):
            await bell.wait(3600)
        bell.remove()
