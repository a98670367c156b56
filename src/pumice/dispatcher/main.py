"""One job from its files to its result."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import time
import traceback
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pumice import __version__
from pumice.definitions import multinode, planning
from pumice.definitions.blocks import Host, as_map
from pumice.dispatcher import confidential
from pumice.dispatcher.cleaning import after_death
from pumice.dispatcher.errors import (
    ConfigurationError,
    DispatcherBug,
    InfrastructureError,
    JobCanceled,
    JobError,
    JobFailure,
)
from pumice.dispatcher.host import addresses
from pumice.dispatcher.host.processes import MARK as MARK
from pumice.dispatcher.journal import Files, Journal
from pumice.dispatcher.multinode.actions import without_action
from pumice.dispatcher.multinode.group import Group, configured
from pumice.dispatcher.power import note_off
from pumice.dispatcher.report import Bell, Report
from pumice.dispatcher.run import Execution
from pumice.dispatcher.step import Job
from pumice.formats import yaml
from pumice.formats.errors import InvalidDocument
from pumice.plan.actions import Plan
from pumice.plan.description import describe
from pumice.wire.loglines import now
from pumice.wire.results import JOB_CASE, LAVA_SUITE
from pumice.wire.spool import DESCRIPTION, LOGS, RESULT, Spool

_CANCELING = (
    signal.SIGHUP,
    signal.SIGINT,
    signal.SIGQUIT,
    signal.SIGTERM,
    signal.SIGUSR1,
    signal.SIGUSR2,
)
_FILES = "files"
_RESERVE = ".reserve"
_RESERVED = 128 << 10
"""Bytes that are kept for a job's last records, should the disk be full."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be run: texts as the server gives them, and where the records go.

    ``bell`` is the path of a socket that is told when the spool has grown; ``grown`` is called
    with each batch of records that were appended. ``fresh`` begins anew in a folder that holds the
    records of an earlier job.
    """

    job_id: str
    output: Path
    definition: str
    device: str
    dispatcher: str = ""
    env_dut: str = ""
    bell: str | None = None
    grown: Callable[[list[str]], None] | None = None
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Documents:
    """The order's texts as plain data."""

    job: Mapping[str, Any]
    device: Mapping[str, Any]
    dispatcher: Mapping[str, Any]
    board_environment: Mapping[str, str]


def run(order: Order) -> bool:
    """Run the job; tell whether it passed. The records and files are complete then.

    What an earlier dispatcher left that died in the same folder is cleaned up first. Raises
    OSError where the output folder cannot be written, FolderInUse where another job runs there.
    """
    order.output.mkdir(parents=True, exist_ok=True)
    journal = Journal(order.output)
    os.environ.setdefault(MARK, str(order.output.resolve()))
    os.environ["LAVA_JOB_ID"] = order.job_id
    try:
        for name in (LOGS, RESULT, DESCRIPTION) if order.fresh else ():
            order.output.joinpath(name).unlink(missing_ok=True)
        return asyncio.run(_run(order, journal))
    finally:
        journal.close()


def read(order: Order) -> Documents:
    """Read the order's texts. Raises JobError, or ConfigurationError for the lab's own files."""
    try:
        job = as_map(yaml.load(order.definition).data)
    except InvalidDocument as error:
        raise JobError(f"the job definition is invalid: {error}") from error
    if not job:
        raise JobError("the job definition is not a map")
    device = _lab_file("device", order.device)
    if not device:
        raise ConfigurationError("the device's configuration is empty")
    environment = as_map(_lab_file("env-dut.yaml", order.env_dut).get("overrides"))
    return Documents(
        job=job,
        device=device,
        dispatcher=_lab_file("dispatcher.yaml", order.dispatcher),
        board_environment={str(name): str(value) for name, value in environment.items()},
    )


def _lab_file(name: str, text: str) -> Mapping[str, Any]:
    try:
        data = yaml.load(text).data
    except InvalidDocument as error:
        raise ConfigurationError(f"{name} is invalid: {error}") from error
    found = as_map(data)
    if data and not found:
        raise ConfigurationError(f"{name} is not a map")
    return found


def plan(order: Order, documents: Documents) -> Plan:
    """Make the job's plan. Raises JobError."""
    try:
        return planning.plan(
            documents.job,
            documents.device,
            job_id=order.job_id,
            board_environment=documents.board_environment,
            host=Host(
                str(documents.dispatcher.get("dispatcher_ip") or addresses.own()),
                str(documents.dispatcher.get("prefix") or ""),
            ),
        )
    except InvalidDocument as error:
        raise JobError(f"Invalid job definition: {error}") from error


def _refuse(made: Plan) -> None:
    """Raise JobError for a plan that this version cannot run, with all that it cannot."""
    if made.obstacles:
        error = InvalidDocument(made.obstacles)
        raise JobError(f"Invalid job definition: {error}") from error


async def _run(order: Order, journal: Journal) -> bool:
    bell = Bell(order.bell) if order.bell else None

    def grown(records: list[str]) -> None:
        if bell is not None:
            bell.ring()
        if order.grown is not None:
            order.grown(records)

    spool = Spool(order.output / LOGS)
    report = Report(spool, grown=grown)
    try:
        with _reserved(order.output, journal):
            failure = await _Run(order, report, journal).run()
        result = _result(failure, report)
        report.end(result)
        _replace(order.output / RESULT, {"definition": LAVA_SUITE, "case": JOB_CASE, **result})
        return failure is None
    finally:
        if bell is not None:
            bell.close()
        spool.close()


class _Run:
    """The run of one job: everything between its first record and its result."""

    def __init__(self, order: Order, report: Report, journal: Journal) -> None:
        self._order = order
        self._journal = journal
        self._report = report
        self._canceled: str | None = None
        self._failed: InfrastructureError | None = None
        report.failing = self._fail
        self._task: asyncio.Task[None] | None = None

    async def run(self) -> JobFailure | None:
        """Run it; the failure that ended it, or None."""
        loop = asyncio.get_running_loop()
        for number in _CANCELING:
            loop.add_signal_handler(number, self._cancel, number)
        # Else they go to standard error, with whatever secrets they hold.
        loop.set_exception_handler(self._unhandled)
        self._report.info(f"Pumice dispatcher {__version__}: job {self._order.job_id}")
        self._task = loop.create_task(self._perform())
        try:
            await self._task
        except JobFailure as failure:
            self._report.error(f"{type(failure).__name__}: {failure}")
            return failure
        except asyncio.CancelledError:
            failure = self._failed or JobCanceled(self._canceled or "The job was canceled")
            self._report.error(str(failure))
            return failure
        except OSError as error:
            return InfrastructureError(str(error))
        except Exception as error:  # noqa: BLE001 - the last boundary: every job gets its result
            self._report.exception("".join(traceback.format_exception(error)))
            return DispatcherBug(f"{type(error).__name__}: {error}")
        return None

    def _unhandled(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Log what went wrong where nobody waits for it."""
        error = context.get("exception")
        trace = "".join(traceback.format_exception(error)) if error is not None else ""
        self._report.exception(f"{context.get('message')}\n{trace}".strip())

    def _fail(self, error: OSError) -> None:
        """End the job: nobody would see what it does."""
        self._failed = InfrastructureError(f"the log cannot be written: {error.strerror}")
        if self._task is not None:
            # A thread may have written what the disk did not take.
            self._task.get_loop().call_soon_threadsafe(self._task.cancel)

    def _cancel(self, number: int) -> None:
        if self._canceled is None and self._task is not None:
            name = signal.Signals(number).name
            self._canceled = (
                "The job was deleted"
                if number == signal.SIGUSR1
                else f"The job was canceled ({name})"
            )
            self._report.warning(self._canceled)
            self._task.cancel()

    async def _perform(self) -> None:
        await after_death(self._journal, self._order.output, self._report)
        began = time.monotonic()
        self._report.info("start: 0 validate")
        self._report.info(f"Start time: {now()} (UTC)")
        validated = False
        try:
            documents = read(self._order)
            self._report.hide(confidential.texts(documents.job))
            made = plan(self._order, documents)
            _replace(self._order.output / DESCRIPTION, self._report.masked(describe(made)))
            _refuse(made)
            job = _job(self._order, documents, self._report, self._journal)
            execution = Execution(made)
            job.perform = execution.perform
            job.group = _group(self._order, documents, made, self._report)
            await execution.check(job)
            validated = True
            note_off(job, made)
        finally:
            self._report.info(f"validate duration: {time.monotonic() - began:.2f}")
            self._report.results(
                {
                    "definition": LAVA_SUITE,
                    "case": "validate",
                    "result": "pass" if validated else "fail",
                }
            )
        await self._execute(execution, job)

    async def _execute(self, execution: Execution, job: Job) -> None:
        files = Files(str(job.folder))
        job.journal.note(files)
        _make_folder(job.folder)
        late: JobFailure | None = None
        try:
            try:
                await execution.run(job)
            finally:
                late = await self._finalize(execution, job)
        finally:
            await asyncio.to_thread(shutil.rmtree, job.folder, ignore_errors=True)
            if not job.folder.exists():
                job.journal.done(files)
        if late is not None:
            raise late

    async def _finalize(self, execution: Execution, job: Job) -> JobFailure | None:
        """Clean up, whoever cancels the job meanwhile; what fails in it is logged."""
        task = asyncio.ensure_future(execution.finalize(job))
        while not task.done():
            try:
                await asyncio.shield(task)
            except asyncio.CancelledError:
                continue
            except JobFailure as failure:
                self._report.error(f"{type(failure).__name__}: {failure}")
                return failure
        return None


def _job(order: Order, documents: Documents, report: Report, journal: Journal) -> Job:
    folder = documents.dispatcher.get("dispatcher_download_dir")
    prefix = str(documents.dispatcher.get("prefix") or "")
    place = Path(str(folder), f"{prefix}{order.job_id}") if folder else order.output / _FILES
    return Job(
        id=order.job_id,
        folder=place.resolve(),
        report=report,
        journal=journal,
        board_environment=documents.board_environment,
        lab=documents.dispatcher,
    )


def _group(order: Order, documents: Documents, made: Plan, report: Report) -> Group | None:
    """The group of a MultiNode job. Raises InfrastructureError where there is no coordinator."""
    membership = multinode.membership(documents.job)
    if membership is None:
        return None
    for name in without_action(documents.job, (action.name for action in made.walk())):
        report.warning(f"A call before the action {name} is never made: the job has none")
    return Group(membership, order.job_id, configured(), report)


@contextlib.contextmanager
def _reserved(folder: Path, journal: Journal) -> Generator[None]:
    """Keep some room on the disk until the block ends; a disk without any is noticed later."""
    path = folder / _RESERVE
    entry = Files(str(path))
    with contextlib.suppress(OSError, InfrastructureError):
        journal.note(entry)
        with path.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, _RESERVED)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        journal.done(entry)


def _make_folder(folder: Path) -> None:
    """Make the job's folder; one that an earlier run left is removed first."""
    try:
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True, mode=0o700)
    except OSError as error:
        raise InfrastructureError(f"cannot make the job's folder: {error}") from error


def _result(failure: JobFailure | None, report: Report) -> dict[str, str]:
    if failure is None:
        return {"result": "pass"}
    return {
        "result": "fail",
        "error_msg": str(report.masked(str(failure))) or type(failure).__name__,
        "error_type": failure.error_type,
    }


def _replace(path: Path, data: object) -> None:
    """Write a document so that readers see all of it or nothing."""
    new = path.with_name(f".{path.name}.new")
    with new.open("w", encoding="utf-8") as file:
        file.write(yaml.dump(data))
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
