"""The worker itself: listens to the server, and gives every job a task of its own."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import os
import signal
from collections.abc import Callable, Coroutine, Generator
from pathlib import Path
from typing import Any

from pumice.worker import processes
from pumice.worker.backoff import Backoff, Recovery
from pumice.worker.config import WorkerConfig
from pumice.worker.errors import FolderUnusable, NoPushChannel, TryLater
from pumice.worker.folder import JobFolder
from pumice.worker.job import LOST, NEVER_STARTED, Job
from pumice.worker.link import JobRef, Listing, ServerLink, session
from pumice.worker.registration import obtain_token

log = logging.getLogger(__name__)

_NO_PUSH_RETRY = 60.0
"""Seconds after which a server without push channel is asked for it again: it may be upgraded."""


class Worker:
    """One worker of one server. :meth:`run` serves until SIGTERM or SIGINT, or :meth:`stop`."""

    def __init__(self, config: WorkerConfig) -> None:
        self._config = config
        self._jobs_dir = config.worker_dir / "jobs"
        self._recovery = Recovery()
        self._ping_now = asyncio.Event()
        self._stop = asyncio.Event()
        self._start_backoff = Backoff(self._recovery)
        self._jobs: dict[int, Job] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._pings = 0
        self._left: dict[int, int] = {}
        """Jobs that this worker has done with, and the number of the last ping before that."""
        self._trouble = ""

    def stop(self) -> None:
        """End :meth:`run`. Jobs go on by themselves; the next worker finds them."""
        self._stop.set()

    async def run(self) -> None:
        """Serve. Raises FolderUnusable."""
        loop = asyncio.get_running_loop()
        stopping = [signal.SIGTERM]
        if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
            stopping.append(signal.SIGINT)  # else it is for a supervisor, which stops us in turn
        for number in stopping:
            loop.add_signal_handler(number, self.stop)
        try:
            with _folder_of_its_own(self._config.worker_dir):
                await self._serve_until_stopped()
        finally:
            for number in stopping:
                loop.remove_signal_handler(number)

    async def _serve_until_stopped(self) -> None:
        serving = asyncio.create_task(self._serve())
        stopping = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
            if serving.done():
                await serving
        finally:
            tasks: list[asyncio.Task[Any]] = [serving, stopping, *self._tasks.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self) -> None:
        async with session() as http:
            token = await obtain_token(http, self._config)
            self._link = ServerLink(http, self._config.url, self._config.name, token)
            for folder in JobFolder.all(self._jobs_dir):
                state = folder.load()
                job = self._job(JobRef(folder.job, state.token if state else ""))
                self._spawn(folder.job, job, job.resume())
            async with asyncio.TaskGroup() as loops:
                loops.create_task(self._sweep())
                loops.create_task(self._ping())
                loops.create_task(self._listen())

    async def _sweep(self) -> None:
        """Kill what jobs have left whose folder is gone."""
        stuck = await processes.kill_marked(
            lambda folder: folder.parent == self._jobs_dir and not folder.exists()
        )
        if stuck:
            log.error("processes-stuck pids=%s", stuck)

    async def _ping(self) -> None:
        while True:
            self._ping_now.clear()
            self._pings += 1
            asked = asyncio.get_running_loop().time()
            try:
                listing = await self._link.ping()
            except TryLater as error:
                self._note_trouble(str(error))
            else:
                self._note_trouble("")
                self._act(listing, asked)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._config.ping_interval):
                    await self._ping_now.wait()

    async def _listen(self) -> None:
        backoff = Backoff(self._recovery)
        while True:
            try:
                async with contextlib.aclosing(self._link.pushes()) as messages:
                    async for message in messages:
                        backoff.reset()
                        if message.get("ping"):
                            self._ping_now.set()
                log.info("push-channel-closed")
            except TryLater as error:
                log.info("push-channel-lost: %s", error)
            except NoPushChannel:
                log.info("push-channel-missing interval=%.0f", self._config.ping_interval)
                await asyncio.sleep(_NO_PUSH_RETRY)
                continue
            await backoff.pause()

    def _note_trouble(self, trouble: str) -> None:
        """Say what is wrong with the server once, and wake those who wait when it is over."""
        if trouble and trouble != self._trouble:
            log.warning("ping-failed worker=%s: %s", self._config.name, trouble)
        elif self._trouble and not trouble:
            log.info("server-is-back worker=%s", self._config.name)
            self._recovery.announce()
        self._trouble = trouble

    def _act(self, listing: Listing, asked: float) -> None:
        """Do what a ping's answer asks for. Every step is repeated by the server until done."""
        for ref in listing.running:
            self._take_up(ref, lambda job: job.disown(LOST))
        for ref in listing.cancel:
            if not self._take_up(ref, lambda job: job.disown(NEVER_STARTED)):
                self._jobs[ref.id].cancel()
        for ref in listing.start:
            if not self._take_up(ref, Job.begin):
                self._jobs[ref.id].tell_running(asked)
        self._left = {job: ping for job, ping in self._left.items() if ping >= self._pings}

    def _take_up(self, ref: JobRef, unknown: Callable[[Job], Coroutine[Any, Any, None]]) -> bool:
        """Give a job that has no task one; ``unknown`` is for one that has no folder either."""
        if ref.id in self._jobs:
            return False
        # An answer that was on its way when a job ended here still lists that job.
        if self._left.get(ref.id, 0) < self._pings:
            job = self._job(ref)
            exists = JobFolder(self._jobs_dir, ref.id).path.exists()
            self._spawn(ref.id, job, job.resume() if exists else unknown(job))
        return True

    def _job(self, ref: JobRef) -> Job:
        folder = JobFolder(self._jobs_dir, ref.id)
        return Job(self._config, self._link, self._recovery, folder, ref)

    def _spawn(self, number: int, job: Job, life: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(life, name=f"job-{number}")
        self._jobs[number] = job
        self._tasks[number] = task
        task.add_done_callback(lambda done: self._done(number, done))

    def _done(self, number: int, task: asyncio.Task[None]) -> None:
        del self._jobs[number], self._tasks[number]
        self._left[number] = self._pings
        error = None if task.cancelled() else task.exception()
        if isinstance(error, TryLater):
            log.warning("start-delayed job=%d: %s", number, error)
            loop = asyncio.get_running_loop()
            loop.call_later(self._start_backoff.next(), self._ping_now.set)
        elif error is not None:
            # The folder is kept: the next ping that names the job takes it up again.
            log.error("job-dropped job=%d", number, exc_info=error)
        else:
            self._start_backoff.reset()


@contextlib.contextmanager
def _folder_of_its_own(worker_dir: Path) -> Generator[None]:
    """Make the worker's folder, and hold it for this process alone."""
    try:
        for folder in (worker_dir, worker_dir / "jobs", worker_dir / "run"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(worker_dir / "run/lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise FolderUnusable(f"the worker's folder cannot be used: {error}") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FolderUnusable(f"another worker uses {worker_dir}") from error
        yield
    finally:
        os.close(descriptor)
