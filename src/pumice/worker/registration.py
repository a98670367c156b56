"""How a worker gets the token that opens its doors: given, kept in a file, or by registering."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import aiohttp

from pumice.worker.backoff import Recovery
from pumice.worker.config import WorkerConfig
from pumice.worker.errors import TryLater
from pumice.worker.link import ServerLink

RETRY = 5.0
"""Seconds between two tries to register, as LAVA's workers wait."""

log = logging.getLogger(__name__)


async def obtain_token(http: aiohttp.ClientSession, config: WorkerConfig) -> str:
    """The worker's token; one that was given or made is kept in the file, mode 0600.

    Tries to register until the server agrees; a token that someone puts into the file
    meanwhile is taken too.
    """
    path = config.token_file or config.worker_dir / "token"
    if config.token is not None:
        _keep(path, config.token)
        return config.token
    door = ServerLink(http, config.url, config.name, "")
    while True:
        try:
            if token := path.read_text(encoding="utf-8").strip():
                return token
        except FileNotFoundError:
            log.info("registering worker=%s url=%s", config.name, config.url)
        try:
            token = await door.register()
        except TryLater as error:
            log.warning("registration-delayed worker=%s: %s", config.name, error)
            await Recovery().wait(RETRY)
        else:
            _keep(path, token)
            return token


def _keep(path: Path, token: str) -> None:
    new = path.with_name(f"{path.name}.new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{token}\n")
    new.replace(path)
