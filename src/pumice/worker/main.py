"""The worker's entry: for the command line and for a supervisor that has forked."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from pumice.wire.coordinator import CONFIGURATION, PORT
from pumice.worker.config import WorkerConfig
from pumice.worker.errors import FolderUnusable
from pumice.worker.service import Worker

log = logging.getLogger(__name__)

__all__ = ["WorkerConfig", "main"]


def main(config: WorkerConfig) -> int:
    """Run a worker until SIGTERM or SIGINT; its jobs go on without it.

    Returns the exit status: 0 when stopped, 2 when its folder cannot be used. To be called in
    the main thread of a process that has no event loop.
    """
    # Processes of jobs are known by this path, which must therefore be the same at every start.
    config = replace(
        config,
        worker_dir=config.worker_dir.resolve(),
        coordinator=config.coordinator or usual_coordinator(config.url),
    )
    try:
        asyncio.run(_serve(config))
    except FolderUnusable as error:
        log.error("worker-not-started: %s", error)
        return 2
    return 0


def usual_coordinator(url: str, configuration: Path = Path(CONFIGURATION)) -> str:
    """The coordinator on the server's host; empty where a file of LAVA says which it is."""
    host = urlsplit(url).hostname
    if host is None or configuration.exists():
        return ""
    return f"[{host}]:{PORT}" if ":" in host else f"{host}:{PORT}"


async def _serve(config: WorkerConfig) -> None:
    await Worker(config).run()
