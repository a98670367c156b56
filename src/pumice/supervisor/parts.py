"""The parts of a lab as processes of their own, and changes to a lab from outside it.

Each brings the database up to date first; on one host they take turns at that.
"""

from __future__ import annotations

import fcntl
import signal
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from pumice.supervisor import lab, process, virtual
from pumice.supervisor.errors import CannotStart
from pumice.supervisor.family import Child, Family
from pumice.supervisor.listen import Address, url
from pumice.supervisor.virtual import Added, Wanted


def web(
    directory: Path, database: str | None, address: Address, ready: Callable[[str], object]
) -> None:
    """Answer HTTP requests until SIGTERM or SIGINT. ``ready`` is told the URL.

    Raises CannotStart.
    """
    with address.listen() as listening:
        prepare(directory, database)
        from pumice.server.site import processes

        processes.load()
        ready(url(listening))
        if processes.web_processes() == 1:
            process.name_me("web")
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, _heard)
            processes.serve_web(listening)
        else:
            serve = partial(processes.serve_web, listening)
            Family(Child("web", serve) for _ in range(processes.web_processes())).run()


def _heard(*_: object) -> None:
    """The web server ends on a signal, and sends it to its process once more: it was heeded."""


def scheduler(directory: Path, database: str | None) -> None:
    """Run the scheduler until SIGTERM or SIGINT. Raises CannotStart."""
    prepare(directory, database)
    from pumice.server.site import processes

    process.name_me("scheduler")
    processes.run_scheduler()


def events(directory: Path, database: str | None) -> None:
    """Run the publisher until SIGTERM or SIGINT. Raises CannotStart."""
    prepare(directory, database)
    from pumice.server.site import processes

    process.name_me("events")
    processes.run_events()


def add_virtual(directory: Path, database: str | None, wanted: Sequence[Wanted]) -> list[Added]:
    """Add virtual boards to a lab's own worker, also while the lab runs; those that were added.

    One whose name is taken is not. Raises CannotStart.
    """
    prepare(directory, database)
    from pumice.server.site import bootstrap

    worker = lab.worker_name(directory)
    bootstrap.ensure_worker(worker, directory / "worker" / "token")
    return virtual.add(directory.absolute(), worker, wanted)


def prepare(directory: Path, database: str | None) -> None:
    """Load the server and bring its database up to date. Raises CannotStart."""
    from pumice.server.settings.keys import InvalidSiteKey
    from pumice.server.settings.load import InvalidSettings
    from pumice.server.site import processes

    try:
        with _in_turn(directory):
            processes.prepare(directory, database)
    except (InvalidSettings, InvalidSiteKey, ValueError) as error:
        raise CannotStart(str(error)) from error


@contextmanager
def _in_turn(directory: Path) -> Generator[None]:
    path = directory / "run" / "prepare.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield
