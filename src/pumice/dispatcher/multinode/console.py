"""Calls that tests make from a board's console, and the answers that are typed there.

``<LAVA_MULTI_NODE> <LAVA_WAIT ID>`` and its like are LAVA's, printed by the board's helpers or
by tests themselves. The answer to all but SEND is ``<LAVA_WAIT_COMPLETE JOB:KEY=VALUE ...>``,
with `` nack`` where the call was refused, and an empty line. What does not fit a terminal's line
comes in lines ``<LAVA_WAIT_MORE ...>`` before it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from pumice.dispatcher.console.engine import Console, Match
from pumice.dispatcher.errors import JobFailure, TestError
from pumice.dispatcher.multinode.actions import MOMENT
from pumice.dispatcher.multinode.group import Answer, Group, named
from pumice.dispatcher.session import signals
from pumice.dispatcher.step import Step
from pumice.wire.coordinator import Call

CALL = r"<LAVA_MULTI_NODE> <LAVA_(SEND|SYNC|WAIT_ALL|WAIT) ([^<>\r\n]*)>"
"""Groups: the call, and the words after it."""

LONGEST_LINE = 3000
"""How many bytes of values are typed in one line: terminals take 4095."""

MOST_CALLS = 1000
"""As many calls of a test may be under way."""

_CALLS = {call.value.removeprefix("lava_").upper(): call for call in Call}
_NOT_TYPED = re.compile(r"[\s<>\x00-\x1f\x7f-\x9f]")

Told = Callable[[str, str], None]


class Calls:
    """The calls of the board while its tests run."""

    def __init__(self, step: Step, group: Group, console: Console, told: Told) -> None:
        """``told`` is called with the case and the result of each call."""
        self._step = step
        self._group = group
        self._console = console
        self._told = told
        self._sent: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting: set[asyncio.Task[None]] = set()

    def begin(self, match: Match, tasks: asyncio.TaskGroup) -> None:
        """Make the call that a match of :data:`CALL` is; what cannot be genuine is ignored.

        Raises TestError where there are more calls at a time than anybody needs.
        """
        name, text = match.groups[0] or "", (match.groups[1] or "").strip()
        words = text.split()
        if not words or not signals.genuine(match.before, text):
            return
        if len(self._tasks) >= MOST_CALLS:
            raise TestError(f"the test made {MOST_CALLS} calls to others before one was answered")
        call = _CALLS[name]
        self._step.report.debug(f"The test calls {named(call)} {text}")
        task = tasks.create_task(self._make(call, words, self._sent))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if call is Call.SEND:
            # What is called next must not overtake it.
            self._sent = task
        else:
            self._waiting.add(task)
            task.add_done_callback(self._waiting.discard)

    def end(self) -> None:
        """The tests are over: nobody waits for answers any more. What they sent is still sent."""
        for task in self._waiting:
            task.cancel()

    async def _make(self, call: Call, words: list[str], before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        message_id, *rest = words
        case = f"multinode-{named(call).removeprefix('lava-')}-{message_id}"
        try:
            answer = await self._group.call(
                call,
                message_id,
                message=self._message(rest) if call is Call.SEND else None,
                role=rest[0] if rest and call is Call.WAIT_ALL else "",
                until=self._step.deadline - MOMENT,
            )
        except (JobFailure, asyncio.CancelledError):
            self._told(case, "fail")
            raise
        lines = [] if call is Call.SEND else self._lines(call, answer)
        self._told(case, "fail" if answer.refused else "pass")
        for line in lines:
            await self._console.send(f"{line}\n", int(self._step.parameters["delay"]))
        if lines:
            await self._console.send_quietly("\n")

    def _message(self, words: list[str]) -> dict[str, str]:
        values: dict[str, str] = {}
        for word in words:
            key, equals, value = word.partition("=")
            if equals:
                values[key] = value
            else:
                self._step.report.warning(f"{word!r} is no KEY=VALUE: it is not sent")
        return values

    def _lines(self, call: Call, answer: Answer) -> list[str]:
        """What is typed, without the line's end."""
        name = call.value.upper()
        if answer.refused:
            return [f"<{name}_COMPLETE nack>"]
        lines = list(_packed(words_of(answer.values)))
        *more, last = lines or [""]
        return [
            *(f"<{name}_MORE {line}>" for line in more),
            f"<{name}_COMPLETE{' ' * bool(last)}{last}>",
        ]


@asynccontextmanager
async def answered(
    step: Step, console: Console, told: Told
) -> AsyncGenerator[Callable[[Match], None] | None]:
    """While this is open, what it gives is called with each match of :data:`CALL`.

    It is None where the job has no group. A call that fails ends what it is open for, and is
    raised: MultinodeTimeout, InfrastructureError or JobError.
    """
    group = step.job.group
    if group is None:
        yield None
        return
    calls = Calls(step, group, console, told)
    try:
        async with asyncio.TaskGroup() as tasks:
            yield lambda match: calls.begin(match, tasks)
            calls.end()
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None


async def watched(console: Console, call: Coroutine[Any, Any, Answer]) -> Answer:
    """What a call brings; it ends, and raises what that is, when the board can no longer be used.

    A kernel's panic or the end of the connection, while the others are waited for.
    """
    try:
        async with asyncio.TaskGroup() as tasks:
            watch = tasks.create_task(console.until_unusable())
            answer = await call
            watch.cancel()
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return answer


def words_of(values: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """``JOB:KEY=VALUE`` for each value; what a console cannot take becomes an underscore."""
    return [
        f"{_typed(sender)}:{_typed(key)}={_typed(value)}"
        for sender, said in values.items()
        for key, value in said.items()
    ]


def _typed(value: object) -> str:
    return _NOT_TYPED.sub("_", str(value))


def _packed(words: list[str]) -> Iterator[str]:
    """The words in lines that are not too long; a word that is too long is cut."""
    line = ""
    for word in words:
        word = word.encode()[:LONGEST_LINE].decode("utf-8", "ignore")
        if line and len(line.encode()) + len(word.encode()) >= LONGEST_LINE:
            yield line
            line = ""
        line = f"{line} {word}" if line else word
    if line:
        yield line
