"""What a worker is told at its start."""

from __future__ import annotations

import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerConfig:
    """The settings of one worker; every time is in seconds.

    ``url`` is the server's address with its mount path. ``worker_dir`` belongs to this worker
    alone. Without ``token`` the one in ``token_file`` is used (default ``<worker_dir>/token``),
    and without that the worker registers itself. ``dispatcher`` is the command that runs a job.
    ``coordinator`` (``HOST:PORT``) is where jobs of MultiNode groups meet; without it, LAVA's file
    on this host says so, and without that they meet on the server's host.
    ``finalize_timeout`` is how long a canceled job may clean up where its plan does not say;
    ``kill_grace`` is added before it is killed. ``clean_timeout`` is how long cleaning up after a
    dispatcher that died may take.
    """

    url: str
    worker_dir: Path
    name: str = field(default_factory=socket.getfqdn)
    token: str | None = None
    token_file: Path | None = None
    ping_interval: float = 20.0
    coordinator: str = ""
    dispatcher: tuple[str, ...] = (sys.executable, "-m", "pumice.dispatcher")
    finalize_timeout: float = 60.0
    kill_grace: float = 10.0
    clean_timeout: float = 300.0
