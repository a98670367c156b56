"""Cleaning up after a dispatcher that died: what it has put outside its folder goes.

Whoever finds its journal does it: the worker has a process do it
(``python -m pumice.dispatcher --clean FOLDER``), and a job that begins in the same folder does
it first. First the processes with the job's mark are killed, then everything that the journal
names is undone, the last first. Each failure is logged, and the rest goes on; what failed stays
in the journal. Doing it again does no harm.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

from pumice.dispatcher.errors import InfrastructureError, JobFailure
from pumice.dispatcher.host.commands import perform_all
from pumice.dispatcher.host.containers import is_gone
from pumice.dispatcher.host.processes import kill_marked, run
from pumice.dispatcher.journal import Commands, Container, Entry, Files, Journal
from pumice.dispatcher.report import Report
from pumice.wire.spool import UNDO

ENTRY_SECONDS = 60.0
"""How long undoing one thing may take."""


def clean(folder: Path, say: Callable[[list[str]], None]) -> bool:
    """Clean up after the dispatcher of this output folder; tell whether nothing is left.

    ``say`` gets the records of what is done. Raises FolderInUse where that dispatcher lives,
    OSError where its journal cannot be read.
    """
    if not folder.joinpath(UNDO).exists():
        return True
    journal = Journal(folder)
    try:
        return asyncio.run(after_death(journal, folder, Report(_Nowhere(), grown=say)))
    finally:
        journal.close()


async def after_death(journal: Journal, folder: Path, report: Report) -> bool:
    """Undo what is left in the journal of this output folder; tell whether all of it is undone."""
    if not journal.left:
        return True
    report.warning("An earlier dispatcher of this job died: cleaning up after it")
    stuck = await asyncio.to_thread(kill_marked, str(folder.resolve()))
    if stuck:
        report.error(f"processes cannot be killed: {', '.join(map(str, stuck))}")
    failed = bool(stuck)
    for entry in reversed(journal.left):
        try:
            async with asyncio.timeout(ENTRY_SECONDS):
                await _undo(entry, report)
        except TimeoutError:
            failed = True
            report.error(f"{_what(entry)}: not done within {ENTRY_SECONDS:.0f} seconds")
        except (JobFailure, OSError) as error:
            failed = True
            report.error(f"{_what(entry)}: {error}")
        else:
            journal.done(entry)
    return not failed


def _what(entry: Entry) -> str:
    match entry:
        case Files():
            return f"removing {entry.path}"
        case Container():
            return f"removing the container {entry.name}"
        case Commands():
            return f"the commands {', '.join(map(shlex.quote, entry.commands))}"


async def _undo(entry: Entry, report: Report) -> None:
    match entry:
        case Files():
            if os.path.lexists(entry.path):
                report.info(_what(entry))
            await asyncio.to_thread(remove, Path(entry.path), entry.parent)
        case Container():
            report.info(_what(entry))
            status, said = await run([*entry.command, "rm", "--force", "--volumes", entry.name])
            if status != 0 and not is_gone(said):
                raise InfrastructureError(said)
        case Commands():
            await perform_all(report, entry.commands)


def remove(path: Path, parent: str = "") -> None:
    """Remove a file or a folder with all in it, and ``parent`` where that is then empty.

    Raises OSError.
    """
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    if parent:
        with contextlib.suppress(OSError):  # something else is in it
            Path(parent).rmdir()


class _Nowhere:
    """Takes records for nobody: who cleans up may not write into a spool that is complete."""

    position = 0

    def append(self, records: list[str]) -> None:
        """Count them."""
        self.position += len(records)

    def sync(self) -> None:
        """There is nothing to wait for."""
