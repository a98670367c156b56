"""A whole lab: what ``pumice up`` does."""

from __future__ import annotations

import gc
import logging
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path

from pumice.supervisor import coordinator, lock, process, virtual
from pumice.supervisor.errors import CannotStart
from pumice.supervisor.family import Child, Family
from pumice.supervisor.listen import Address, of, url
from pumice.supervisor.virtual import Wanted

log = logging.getLogger("pumice.supervisor")

# Of the environment, what the server alone may know: the worker's jobs run device commands.
_SERVER_ONLY = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabOptions:
    """What a lab is told at its start. ``database`` is a URL, None for SQLite in ``directory``;
    ``virtual`` is the number of virtual boards that the first start makes."""

    directory: Path
    address: Address
    database: str | None = None
    virtual: int = 1
    worker: bool = True


def run(options: LabOptions, ready: Callable[[str, bool], object]) -> None:
    """Run a lab until SIGTERM, SIGINT or SIGHUP; then all its processes have ended.

    ``ready`` is called with the lab's URL, and whether this is its first start, when its port
    is open and its database made: requests from then on are answered. Raises CannotStart.
    """
    process.name_me("supervisor")
    directory = options.directory.absolute()
    try:
        directory.mkdir(parents=True, exist_ok=True)
        held = lock.take(directory)
    except OSError as error:
        raise CannotStart(f"the folder cannot be used: {error}") from error
    with (
        held,
        options.address.listen() as listening,
        coordinator.listen(directory, options.address.host) as meeting,
    ):
        first = _prepare(options, directory, url(listening))
        children = _children(options, directory, listening, meeting)
        # What is loaded now is shared by all children, as long as nothing writes to it.
        gc.collect()
        gc.freeze()
        ready(url(listening), first)
        Family(children).run()


def _prepare(options: LabOptions, directory: Path, address: str) -> bool:
    """Load the server and bring the lab up to date; whether this is its first start."""
    from django.db import connections

    from pumice.server.settings.keys import InvalidSiteKey
    from pumice.server.settings.load import InvalidSettings
    from pumice.server.site import processes

    try:
        processes.prepare(directory, options.database)
    except (InvalidSettings, InvalidSiteKey, ValueError) as error:
        raise CannotStart(str(error)) from error
    from pumice.server.site import bootstrap

    first = bootstrap.is_new()
    if options.worker:
        name = worker_name(directory)
        bootstrap.ensure_worker(name, directory / "worker" / "token")
        if first:
            virtual.add(directory, name, [Wanted(kind="qemu")] * options.virtual)
    if first:
        # Last, since its being there says that the first start is complete.
        bootstrap.create_admin(directory, address)
    else:
        bootstrap.update_url(directory, address)
    connections.close_all()
    processes.load()
    return first


def worker_name(directory: Path) -> str:
    """The name of a lab's own worker: what this host was called at the lab's first start."""
    path = directory / "worker" / "name"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_text(f"{socket.getfqdn()}\n")
    return path.read_text().strip()


def _children(
    options: LabOptions, directory: Path, listening: socket.socket, meeting: socket.socket
) -> list[Child]:
    from pumice.server.site import processes

    children = [
        Child("web", partial(processes.serve_web, listening))
        for _ in range(processes.web_processes())
    ]
    children.append(Child("loops", partial(_run_loops, listening)))
    # Loaded here, so that the children share it.
    import_module("pumice.coordinator.main")
    children.append(Child("coordinator", partial(_run_coordinator, directory, listening, meeting)))
    if options.worker:
        import_module("pumice.worker.main")
        import_module("pumice.boards.daemon")
        children.append(Child("worker", partial(_run_worker, directory, listening, meeting)))
        children.append(Child("boards", partial(_run_boards, directory, listening, meeting)))
    return children


def _run_loops(listening: socket.socket) -> None:
    from pumice.server.site import processes

    listening.close()
    processes.run_loops()


def _run_coordinator(directory: Path, listening: socket.socket, meeting: socket.socket) -> int:
    listening.close()
    return coordinator.serve(directory, meeting)


def _run_worker(directory: Path, listening: socket.socket, meeting: socket.socket) -> int:
    from pumice.worker.main import WorkerConfig, main

    address, meet_at = url(listening), str(of(meeting))
    listening.close()
    meeting.close()
    _forget_the_server()
    folder = directory / "worker"
    name = worker_name(directory)
    return main(
        WorkerConfig(
            url=address,
            worker_dir=folder,
            token_file=folder / "token",
            name=name,
            coordinator=meet_at,
        )
    )


def _run_boards(directory: Path, listening: socket.socket, meeting: socket.socket) -> int:
    from pumice.boards import daemon

    listening.close()
    meeting.close()
    _forget_the_server()
    return daemon.run(directory)


def _forget_the_server() -> None:
    """Take what the server alone may know out of this process's environment."""
    for variable in [*os.environ]:
        if variable in _SERVER_ONLY or variable.startswith("PUMICE_"):
            del os.environ[variable]
