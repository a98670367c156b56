"""How each of the server's processes starts and ends.

Call :func:`prepare` first, in the process or in the parent that forks it. Every entry below runs
until SIGTERM or SIGINT.
"""

from __future__ import annotations

import importlib
import os
import socket
from pathlib import Path
from types import FrameType

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from pumice.server import daemon

GRACE_SECONDS = 3
_MOST_PROCESSES = 4


def configure(directory: Path, database: str | None = None) -> None:
    """Name the lab's folder (and database URL) to this process and its children, load Django.

    Raises InvalidSettings, InvalidSiteKey.
    """
    directory.mkdir(parents=True, exist_ok=True)
    os.environ["PUMICE_DIR"] = str(directory.absolute())
    os.environ["DJANGO_SETTINGS_MODULE"] = "pumice.server.settings.django"
    if database:
        os.environ["DATABASE_URL"] = database
    django.setup()


def prepare(directory: Path, database: str | None = None) -> None:
    """Configure, make the lab's folders, and bring the database up to date."""
    configure(directory, database)
    folders = (
        settings.DEVICES_PATH,
        settings.HEALTH_CHECKS_PATH,
        settings.DISPATCHER_CONFIG_PATH,
        settings.MEDIA_ROOT,
        settings.RUN_DIR,
        *settings.DEVICE_TYPES_PATHS,
    )
    for folder in folders:
        Path(folder).mkdir(parents=True, exist_ok=True)
    executor = MigrationExecutor(connections["default"])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
    connections.close_all()


def load() -> None:
    """Import all that a web process or loop needs, so that forked processes share it."""
    for module in ("asgi", "urls"):
        importlib.import_module(f"pumice.server.site.{module}")


def web_processes() -> int:
    """How many processes answer HTTP requests; each works on one request at a time, mostly."""
    return settings.WEB_PROCESSES or min(len(os.sched_getaffinity(0)), _MOST_PROCESSES)


def serve_web(listening: socket.socket) -> None:
    """Answer HTTP requests on a listening socket."""
    import uvicorn

    from pumice.server.site.asgi import application

    class Server(uvicorn.Server):
        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            # Streams last as long as their clients: end them, or the shutdown waits for them.
            application.bus.end_streams()
            super().handle_exit(sig, frame)

    configuration = uvicorn.Config(
        application,
        lifespan="on",
        loop="uvloop",
        http="httptools",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=GRACE_SECONDS,
        backlog=1024,
    )
    Server(configuration).run(sockets=[listening])


def run_scheduler() -> None:
    """Run the scheduler's loop."""
    from pumice.server.scheduling.schedule import Scheduler

    daemon.serve([Scheduler().daemon()])


def run_events() -> None:
    """Run the publisher, what follows events (the sealing of logs), and what is due once a day."""
    from pumice.server.audit import retention
    from pumice.server.logs import seal
    from pumice.server.publisher import publish

    daemon.serve([publish.daemon(), seal.daemon(), *retention.daemons()])


def run_loops() -> None:
    """Run all loops in one process, so that they share its memory."""
    from pumice.server.audit import retention
    from pumice.server.logs import seal
    from pumice.server.publisher import publish
    from pumice.server.scheduling.schedule import Scheduler

    loops = [Scheduler().daemon(), publish.daemon(), seal.daemon(), *retention.daemons()]
    daemon.serve(loops)
