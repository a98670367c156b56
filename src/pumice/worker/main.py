"""The worker's entry: for the command line and for a supervisor that has forked."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

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
    config = replace(config, worker_dir=config.worker_dir.resolve())
    try:
        asyncio.run(_serve(config))
    except FolderUnusable as error:
        log.error("worker-not-started: %s", error)
        return 2
    return 0


async def _serve(config: WorkerConfig) -> None:
    await Worker(config).run()
