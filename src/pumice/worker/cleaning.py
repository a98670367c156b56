"""Cleaning up after a dispatcher that died or did not end its cleanup.

What a job has put outside its folder stands in the folder's undo journal. This worker knows
nothing of boards, containers and TFTP servers: a process of the dispatcher's undoes it
(``pumice.dispatcher --clean FOLDER``), and writes records of what it does to its standard output.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal

from pumice.wire import loglines
from pumice.worker import launch
from pumice.worker.config import WorkerConfig
from pumice.worker.errors import CannotStart
from pumice.worker.folder import JobFolder

log = logging.getLogger(__name__)

_MOST = 1 << 20
"""Bytes that are kept of what the process says."""


async def clean(config: WorkerConfig, folder: JobFolder) -> list[str]:
    """Undo what the journal names, if there is one; the records of what was done.

    Whatever goes wrong is in the records: a job's end is reported all the same.
    """
    if not folder.undo.exists():
        return []
    log.info("cleaning-after-dispatcher job=%d", folder.job)
    try:
        variables = launch.environment(folder.environment(), os.environ, folder.path)
        process = await asyncio.create_subprocess_exec(
            *(*config.dispatcher, "--clean", str(folder.path)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            cwd=folder.path,
            env=variables,
            start_new_session=True,
        )
    except (CannotStart, OSError) as error:
        return [_failed(folder, f"the cleanup cannot be started: {error}")]
    said = bytearray()
    try:
        async with asyncio.timeout(config.clean_timeout):
            await _read(process, said)
            status = await process.wait()
    except TimeoutError:
        records = _records(folder, said)
        records.append(_failed(folder, f"the cleanup took over {config.clean_timeout:g} seconds"))
        return records
    finally:
        # Also where this worker stops: the next one begins the cleanup anew.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
    records = _records(folder, said)
    if status != 0:
        records.append(_failed(folder, "the cleanup is not complete: look after the board"))
    return records


async def _read(process: asyncio.subprocess.Process, said: bytearray) -> None:
    while process.stdout is not None and (block := await process.stdout.read(1 << 16)):
        said += block[: _MOST - len(said)]


def _records(folder: JobFolder, said: bytearray) -> list[str]:
    """The records among the lines; what is none, such as a traceback, becomes an error's."""
    records: list[str] = []
    for line in said.decode(errors="replace").splitlines():
        try:
            record = loglines.decode(line.encode())
        except loglines.InvalidLogLine:
            records.append(_failed(folder, line))
        else:
            log.info("cleaned job=%d: %s", folder.job, record.msg)
            records.append(line.removeprefix("- "))
    return records


def _failed(folder: JobFolder, message: str) -> str:
    log.error("cleanup-failed job=%d: %s", folder.job, message)
    return loglines.encode(loglines.LogLine(loglines.now(), "error", message))
