"""The life of one job on this worker, from the server's first word to the folder's end.

Starting, telling the server so, uploading, waiting for the end, cleaning up, telling the end:
each step begins from what the job's folder says, so a worker that was killed goes on where the
folder stands.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from dataclasses import replace
from pathlib import Path

from pumice.wire.payload import JobPayload
from pumice.wire.states import ErrorType
from pumice.worker import cleaning, ending, launch, processes
from pumice.worker.backoff import Backoff, Recovery
from pumice.worker.bell import Bell, path_for
from pumice.worker.config import WorkerConfig
from pumice.worker.errors import CannotStart, TryLater, UnknownJob
from pumice.worker.folder import JobFolder, JobState
from pumice.worker.launch import DispatcherProcess
from pumice.worker.link import Ending, JobRef, ServerLink
from pumice.worker.upload import Uploader

log = logging.getLogger(__name__)

LOST = Ending(
    "fail",
    ErrorType.INFRASTRUCTURE,
    "the worker has no record of this job: its folder was lost or removed. "
    "The job is not run a second time",
)
"""The ending of a job that should be running here and is not known."""

NEVER_STARTED = Ending(
    "fail", ErrorType.CANCELED, "the job was canceled before this worker started it"
)
"""The ending of a job that is to be canceled here and is not known."""

GONE = "it was gone when the worker was started again"
REBOOTED = "the worker's host was restarted while the job ran"


class Job:
    """One job of this worker. One of begin, resume and disown is called, once."""

    def __init__(
        self,
        config: WorkerConfig,
        link: ServerLink,
        recovery: Recovery,
        folder: JobFolder,
        ref: JobRef,
    ) -> None:
        self._config = config
        self._link = link
        self._recovery = recovery
        self._folder = folder
        self._ref = ref
        self._state = JobState(token=ref.token, bell="")
        self._process: DispatcherProcess | None = None
        self._tell = asyncio.Event()
        self._telling = False
        self._told = 0.0
        self._canceled = False
        self._kill_timer: asyncio.TimerHandle | None = None
        self._killed_after: float | None = None

    async def begin(self) -> None:
        """Start the job for the first time, and look after it to its end.

        Raises TryLater when the server does not give the job's payload; nothing has then
        happened, and the server goes on listing the job.
        """
        try:
            payload = await self._link.fetch(self._ref)
        except UnknownJob as error:
            log.warning("job-unknown job=%d: %s", self._ref.id, error)
            return
        except CannotStart as error:
            await self._report_unstarted(str(error))
            return
        if self._canceled:
            await self._report(NEVER_STARTED)
            return
        bell: Bell | None = None
        try:
            bell = Bell(path_for(self._config.worker_dir / "run", self._ref.id))
            self._launch(payload, str(bell.path))
        except (CannotStart, OSError) as error:
            if bell is not None:
                bell.remove()
            await self._report_unstarted(f"the job cannot be started on this worker: {error}")
            return
        self._tell.set()
        await self._look_after(bell)

    async def resume(self) -> None:
        """Go on with a job that an earlier worker, or an earlier task of this one, has begun.

        Raises TryLater when it has not been started after all: its folder is then removed, and
        the server lists it again.
        """
        state = self._folder.load()
        if state is None:
            await self._clear()
            await self._report(LOST)
            return
        self._state = state
        self._process = await asyncio.to_thread(launch.find, self._folder, state)
        if self._process is None and state.process is None and not self._folder.spool.exists():
            await self._clear()
            raise TryLater("the worker was stopped before it started the job")
        log.info("job-resumed job=%d running=%s", self._ref.id, self._process is not None)
        if state.canceled:
            self._canceled = True
            self._limit_cleanup()
        elif self._canceled:
            self._end_process()
        await self._look_after(Bell(Path(state.bell)))

    async def disown(self, end: Ending) -> None:
        """Report a job of which this worker has no folder, so that the server need not wait."""
        await processes.kill_marked(self._is_ours)
        await self._report(end)

    def tell_running(self, asked: float) -> None:
        """The server did not know, at this time of the loop's clock, that the job runs."""
        if not self._telling and self._told < asked:
            self._tell.set()

    def cancel(self) -> None:
        """End the job: ask its dispatcher once, and kill it when its time to clean up is over."""
        if self._canceled:
            return
        self._canceled = True
        self._end_process()

    def _end_process(self) -> None:
        if self._process is None:
            return
        log.info("job-canceled job=%d", self._ref.id)
        self._process.signal(signal.SIGTERM)
        self._save(replace(self._state, canceled=True))
        self._limit_cleanup()

    def _launch(self, payload: JobPayload, bell: str) -> None:
        variables = launch.environment(
            payload.env, os.environ, self._folder.path, self._config.coordinator
        )
        self._state = replace(self._state, bell=bell)
        try:
            self._folder.create(self._state, payload)
            self._process = launch.start(self._config.dispatcher, self._folder, bell, variables)
        except (CannotStart, OSError):
            self._folder.remove()
            raise
        log.info("job-started job=%d pid=%d", self._ref.id, self._process.identity.pid)
        self._save(replace(self._state, process=self._process.identity))

    def _save(self, state: JobState) -> None:
        self._state = state
        try:
            self._folder.save(state)
        except OSError as error:
            # The job goes on; a restarted worker finds its process by the mark.
            log.warning("state-not-saved job=%d: %s", self._ref.id, error)

    async def _look_after(self, bell: Bell) -> None:
        uploader = Uploader(self._link, self._ref, self._folder, bell, Backoff(self._recovery))
        end: Ending | None = None
        try:
            try:
                async with asyncio.TaskGroup() as tasks:
                    telling = tasks.create_task(self._tell_running())
                    uploading = tasks.create_task(uploader.run())
                    end = await self._ended()
                    uploader.complete()
                    await uploading
                    telling.cancel()
            except* UnknownJob as errors:
                log.warning("job-unknown job=%d: %s", self._ref.id, errors.exceptions[0])
                end = None
                await self._abandon()
            if end is not None:
                await self._report(end)
            await asyncio.to_thread(self._folder.remove)
            bell.remove()
        finally:
            bell.close()
            if self._kill_timer is not None:
                self._kill_timer.cancel()
            if self._process is not None:
                self._process.close()

    async def _tell_running(self) -> None:
        backoff = Backoff(self._recovery)
        while True:
            await self._tell.wait()
            self._telling = True
            try:
                await self._link.running(self._ref)
            except TryLater as error:
                log.warning("running-delayed job=%d: %s", self._ref.id, error)
                await backoff.pause()
            else:
                backoff.reset()
                self._told = asyncio.get_running_loop().time()
                self._telling = False
                self._tell.clear()

    async def _ended(self) -> Ending:
        """Wait for the dispatcher's end, kill what it left, and see how the job ended."""
        if self._process is None:
            started = self._state.process
            how = REBOOTED if started and started.boot != processes.boot_id() else GONE
        else:
            how = await self._process.ended()
        if self._killed_after is not None:
            how = f"killed: it had not ended {self._killed_after:.0f} s after its cancellation"
        log.info("dispatcher-ended job=%d: %s", self._ref.id, how)
        stuck, cleaned = await self._clean_up()
        try:
            end = await asyncio.to_thread(ending.conclude, self._folder, how, cleaned)
        except OSError as error:
            log.error("spool-not-completed job=%d: %s", self._ref.id, error)
            message = f"the job's end cannot be written on its worker: {error} ({how})"
            end = Ending("fail", ErrorType.INFRASTRUCTURE, message)
        if stuck:
            log.error("processes-stuck job=%d pids=%s", self._ref.id, stuck)
            left = f"processes of this job cannot be killed: {', '.join(map(str, stuck))}"
            end = replace(end, errors=f"{end.errors}\n{left}".strip())
        return end

    async def _abandon(self) -> None:
        """Stop a job that the server does not know: it may clean up, then all of it is killed."""
        self.cancel()
        if self._process is not None:
            await self._process.ended()
        await self._clean_up()

    async def _clean_up(self) -> tuple[list[int], list[str]]:
        """Kill what the job has left, and undo what it has done elsewhere.

        Returns the ids of processes that cannot be killed, and records of what was done.
        """
        await processes.kill_marked(self._is_ours)
        cleaned = await cleaning.clean(self._config, self._folder)
        return await processes.kill_marked(self._is_ours), cleaned

    def _limit_cleanup(self) -> None:
        text = self._folder.description()
        seconds = ending.finalize_seconds(text, self._config.finalize_timeout)
        seconds += self._config.kill_grace
        loop = asyncio.get_running_loop()
        self._kill_timer = loop.call_later(seconds, self._kill, seconds)

    def _kill(self, after: float) -> None:
        if self._process is not None:
            log.warning("dispatcher-killed job=%d after=%.0f", self._ref.id, after)
            self._killed_after = after
            self._process.signal(signal.SIGKILL)

    async def _report_unstarted(self, message: str) -> None:
        """Give the log a reason, then end the job."""
        lines = [f"- {record}".encode() for record in ending.infrastructure_records(message)]
        log.error("job-not-started job=%d: %s", self._ref.id, message)
        backoff = Backoff(self._recovery)
        with contextlib.suppress(UnknownJob):
            while lines:
                try:
                    lines = lines[await self._link.upload(self._ref, 0, lines) :]
                except TryLater as error:
                    log.warning("log-upload-delayed job=%d: %s", self._ref.id, error)
                    await backoff.pause()
        await self._report(Ending("fail", ErrorType.INFRASTRUCTURE, message))

    async def _report(self, end: Ending) -> None:
        """Tell the server how the job ended, until it has heard or does not know the job."""
        backoff = Backoff(self._recovery)
        description = self._folder.description()
        while True:
            try:
                await self._link.finished(self._ref, end, description)
            except UnknownJob as error:
                log.warning("job-unknown job=%d: %s", self._ref.id, error)
                return
            except TryLater as error:
                log.warning("finished-delayed job=%d: %s", self._ref.id, error)
                await backoff.pause()
            else:
                what = (self._ref.id, end.result, end.error_type)
                log.info("job-finished job=%d result=%s error_type=%s", *what)
                return

    async def _clear(self) -> None:
        await self._clean_up()
        await asyncio.to_thread(self._folder.remove)

    def _is_ours(self, folder: Path) -> bool:
        return folder == self._folder.path
