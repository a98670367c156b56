"""Executes a plan: levels, timeouts, attempts, results, cleanup.

Each action gets the time that is left to what surrounds it, less a moment, so that of nested
actions whose time is up the innermost ends first and gives the failure its name. What an
attempt has set up is undone before the next one, or when the job ends.
"""

from __future__ import annotations

import asyncio
import importlib
import traceback
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import cast

from pumice.dispatcher.errors import DispatcherBug, InfrastructureError, JobFailure, timed_out
from pumice.dispatcher.multinode import actions
from pumice.dispatcher.step import Job, Step
from pumice.formats.durations import to_clock
from pumice.plan.actions import Action, Plan, Retry
from pumice.wire.results import LAVA_SUITE

CLEANUP_SECONDS = 300
"""How long undoing may take when the job is over."""

_MOMENT = 0.01

Runner = Callable[[Step], Awaitable[None]]


def load(name: str) -> Runner:
    """The function that ``module:function`` names."""
    module, _, function = name.partition(":")
    return cast("Runner", getattr(importlib.import_module(module), function))


class Execution:
    """The performance of one plan."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._scope = AsyncExitStack()
        self._began = asyncio.get_running_loop().time()

    async def check(self, job: Job) -> None:
        """Call what the actions check beforehand, all at the same time.

        Raises the first failure in the plan's order; the others are logged as errors.
        """
        steps = [
            Step(job, action, self._began + self._plan.timeout, self._scope)
            for action in self._plan.walk()
            if action.check
        ]
        outcomes = await asyncio.gather(
            *(load(step.action.check)(step) for step in steps), return_exceptions=True
        )
        failures = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        for failure in failures[1:]:
            job.report.error(f"{type(failure).__name__}: {failure}")
        if failures:
            raise failures[0]

    async def run(self, job: Job) -> None:
        """Perform the job's actions up to finalize. Raises the failure that ended the job.

        A job of a group joins it before, and leaves it when all is undone.
        """
        limit = self._began + self._plan.timeout
        if job.group is not None:
            self._scope.push_async_callback(job.group.leave)
            await job.group.join(limit)
        for action in self._plan.actions[:-1]:
            job.active = action.connection_namespace or action.namespace
            try:
                await self._perform(job, action, limit, self._scope)
            except JobFailure as failure:
                if not (failure.timeout and action.skip_timeout):
                    raise
                job.report.warning(f"{failure}; the job goes on, as 'skip' says")

    async def finalize(self, job: Job) -> None:
        """Perform the last action, then undo what is still to undo. Raises JobFailure."""
        loop = asyncio.get_running_loop()
        last = self._plan.actions[-1]
        try:
            await self._perform(job, last, loop.time() + last.timeout, self._scope)
        finally:
            try:
                async with asyncio.timeout(CLEANUP_SECONDS):
                    await self._scope.aclose()
            except TimeoutError as error:
                raise InfrastructureError(
                    f"the cleanup timed out after {CLEANUP_SECONDS} seconds"
                ) from error
            except OSError as error:
                raise InfrastructureError(f"the cleanup failed: {error}") from error

    async def perform(self, action: Action, parent: Step) -> None:
        """Perform an action below another one. Raises JobFailure."""
        await self._perform(parent.job, action, parent.deadline - _MOMENT, parent.scope)

    async def _perform(self, job: Job, action: Action, limit: float, scope: AsyncExitStack) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        deadline = max(began, min(limit, began + action.timeout))
        step = Step(job, action, deadline, scope)
        _say(
            step,
            f"start: {action.level} {action.name} (timeout {to_clock(round(deadline - began))})",
        )
        failure: BaseException | None = None
        try:
            await _within(step, deadline - began)
        except (JobFailure, asyncio.CancelledError) as error:
            failure = error
            raise
        except Exception as error:
            job.report.exception("".join(traceback.format_exception(error)))
            failure = DispatcherBug(f"{action.name}: {type(error).__name__}: {error}")
            raise failure from error
        finally:
            duration = loop.time() - began
            _report(step, failure, duration)
            _say(step, f"end: {action.level} {action.name} (duration {to_clock(duration)})")


async def _within(step: Step, seconds: float) -> None:
    """Perform all attempts, in time."""
    limit = asyncio.timeout_at(step.deadline)
    try:
        async with limit:
            if step.action.retry is None:
                await _once(step)
            else:
                await _attempts(step, step.action.retry)
    except TimeoutError as error:
        if not limit.expired():
            raise
        raise timed_out(step.action.timeout_error, step.action.name, seconds) from error


async def _once(step: Step) -> None:
    try:
        if step.action.calls:
            await actions.make(step)
        if step.action.runner:
            await load(step.action.runner)(step)
        else:
            await step.perform_children()
    except OSError as error:
        raise InfrastructureError(f"{step.action.name}: {error}") from error


async def _attempts(step: Step, retry: Retry) -> None:
    outer = step.scope
    failures: list[JobFailure] = []
    for attempt in range(1, retry.attempts + 1):
        step.scope = scope = AsyncExitStack()
        last = attempt == retry.attempts
        try:
            try:
                await _once(step)
                again = retry.repeat and not last
            except JobFailure as failure:
                failures.append(failure)
                _say_failed(step, attempt, retry, failure)
                again = failure.retried and not last and step.time_left() > retry.interval
                if not again:
                    raise
            if again:
                await scope.aclose()
                await asyncio.sleep(retry.interval)
        finally:
            # What is not undone by now, whatever surrounds this undoes.
            outer.push_async_exit(scope.pop_all())
            step.scope = outer
        if not again:
            break
    if retry.repeat and failures:
        raise failures[0]


def _say_failed(step: Step, attempt: int, retry: Retry, failure: JobFailure) -> None:
    if retry.attempts > 1:
        step.report.error(
            f"{step.action.name} failed: {attempt} of {retry.attempts} attempts. '{failure}'"
        )


def _say(step: Step, text: str) -> None:
    text = f"{text} [{step.action.namespace}]"
    if "." in step.action.level:
        step.report.debug(text)
    else:
        step.report.info(text)


def _report(step: Step, failure: BaseException | None, duration: float) -> None:
    """The action's own result: always where it failed, else where it has something to say."""
    if failure is None and step.extra is None:
        return
    record: dict[str, object] = {
        "definition": LAVA_SUITE,
        "case": step.action.name,
        "result": "pass" if failure is None else "fail",
        "namespace": step.action.namespace,
        "level": step.action.level,
        "duration": f"{duration:.2f}",
        **step.keys,
    }
    if step.extra:
        record["extra"] = step.extra
    if isinstance(failure, JobFailure):
        record |= {"error_msg": str(failure), "error_type": failure.error_type}
    step.report.results(record)
