"""``interactive``: commands are typed at a prompt, and what the board answers is judged.

A prompt that was printed before a command is typed is never taken for the command's end.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

from pumice.dispatcher.console.engine import Console, Match
from pumice.dispatcher.console.patterns import Pattern, Patterns, check
from pumice.dispatcher.errors import InfrastructureError, JobError, JobFailure, TestError
from pumice.dispatcher.multinode.actions import MOMENT, of
from pumice.dispatcher.multinode.console import watched
from pumice.dispatcher.session.shell import console_of
from pumice.dispatcher.step import Step
from pumice.dispatcher.test.cases import Suite
from pumice.wire.coordinator import Call

ECHO_SECONDS = 2.0
"""How long the board may take to echo a command, beside the time that typing it takes."""

_QUIET_IN_TESTS = 3.0
_PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_FAILURES: dict[str, type[JobFailure]] = {
    kind.__name__: kind for kind in (InfrastructureError, JobError, TestError)
}


async def patterns_are_right(step: Step) -> None:
    """Check all patterns of the scripts. Raises JobError for the first that is none."""
    for script in step.parameters["scripts"]:
        for text in script["prompts"]:
            check(Pattern(text))
        for line in script["script"]:
            for answer in (*line["successes"], *line["failures"]):
                check(Pattern(answer["message"]))


async def run(step: Step) -> None:
    """Perform the scripts in order.

    Raises TestError where a command without a name fails, and what a failure names as its
    exception.
    """
    board, console = step.board, console_of(step)
    board.idle = False
    if board.kernel is not None:
        board.kernel.quiet = _QUIET_IN_TESTS
    try:
        for script in step.parameters["scripts"]:
            await _Script(step, console, script).run()
    finally:
        if board.kernel is not None:
            board.kernel.report(step.report, step.action.namespace, step.action.level, always=False)


class _Script:
    """One script while it is performed."""

    def __init__(self, step: Step, console: Console, script: Mapping[str, Any]) -> None:
        self._step = step
        self._console = console
        self._script = script
        self._values = step.board.substitutions
        name = f"{step.parameters['stage']}_{script['name']}"
        self._suite = Suite(step, name, script["expected"])

    async def run(self) -> None:
        """Perform the lines. Raises JobFailure."""
        result = "fail"
        try:
            for line in self._script["script"]:
                await self._line(line)
            result = "pass"
        finally:
            self._suite.missing()
            self._suite.end(result)

    async def _line(self, line: Mapping[str, Any]) -> None:
        if line["delay"]:
            self._step.report.debug(f"Waiting {line['delay']} seconds")
            await asyncio.sleep(line["delay"])
        for call in line["calls"]:
            await self._call(call)
        if not line["waits"]:
            return
        self._console.flush()
        first = self._step.report.position
        name = str(line["name"])
        with self._failing(name, first):
            if line["command"] is not None:
                await self._type(self._expanded(str(line["command"])))
            match = await self._answer(line)
        if match is None:
            self._judge(line, first, None)
            return
        self._values.update({key: value for key, value in match.named.items() if value})
        self._judge(line, first, match)
        if match.index >= len(self._script["prompts"]) and line["wait_for_prompt"]:
            await self._expect(self._script["prompts"])

    async def _call(self, wanted: Mapping[str, Any]) -> None:
        """Tell the other jobs of the group, or wait for them; later lines know what they say.

        Raises TestError where the coordinator refuses it.
        """
        request, message_id = str(wanted["request"]), self._expanded(str(wanted["message_id"]))
        case = f"multinode-{request.removeprefix('lava-')}-{message_id}"
        said = {k: self._expanded(str(v)) for k, v in wanted["message"].items()}
        call, result = Call(request.replace("-", "_")), "fail"
        try:
            made = of(self._step).call(
                call,
                message_id,
                message=said if said or call is Call.SEND else None,
                role=str(wanted["role"]),
                until=self._step.deadline - MOMENT,
            )
            answer = await watched(self._console, made)
            if answer.refused:
                raise TestError(f"{request} {message_id} was refused: {answer.refused}")
            result = "pass"
        finally:
            self._suite.call(case, result)
        self._values.update({key: str(value) for key, value in answer.together.items()})

    @contextmanager
    def _failing(self, name: str, first: int) -> Generator[None]:
        """Report the case as failed where no answer comes at all."""
        try:
            yield
        except (JobFailure, asyncio.CancelledError) as error:
            if name:
                reason = "no answer came in time" if not isinstance(error, JobFailure) else ""
                self._case(name, "fail", first, reason or str(error))
            raise

    async def _type(self, command: str) -> None:
        console, delay = self._console, int(self._step.parameters["delay"])
        console.discard()
        await console.send(f"{command}\n", delay)
        if self._script["echo"] != "discard" or not command:
            return
        try:
            async with asyncio.timeout(ECHO_SECONDS):
                await self._expect([re.escape(command)])
        except TimeoutError:
            self._step.report.debug("the board does not echo the command")

    async def _answer(self, line: Mapping[str, Any]) -> Match | None:
        """What the board answers first: a prompt, a failure or a success."""
        answers = [entry["message"] for entry in (*line["failures"], *line["successes"])]
        if not answers and not line["wait_for_prompt"]:
            return None
        return await self._expect([*self._script["prompts"], *answers])

    async def _expect(self, texts: list[str]) -> Match:
        patterns = Patterns(texts)
        try:
            return await self._console.expect(patterns)
        finally:
            patterns.close()

    def _judge(self, line: Mapping[str, Any], first: int, match: Match | None) -> None:
        """Report the case. Raises TestError, or what the failure asks for."""
        place = -1 if match is None else match.index - len(self._script["prompts"])
        failed = place < 0 and match is not None and bool(line["successes"])
        failure = line["failures"][place] if 0 <= place < len(line["failures"]) else None
        reason = ""
        if failed:
            reason = "the prompt came before any of the answers that are right"
        elif failure is not None and match is not None:
            reason = str(failure["error"] or f"the board said {match.text!r}")
        if line["name"]:
            last = None if match is None else self._console.record_of(match)
            self._case(line["name"], "fail" if reason else "pass", first, reason, last)
        if failure is not None and failure["exception"]:
            raise _FAILURES[failure["exception"]](reason)
        if reason and not line["name"]:
            raise TestError(f"the command {line['command']!r} failed: {reason}")

    def _case(
        self, name: str, result: str, first: int, reason: str, last: int | None = None
    ) -> None:
        """Report a case with the log records of its command and of its answer."""
        last = self._step.report.position - 1 if last is None else last
        self._suite.case(name, result, {"starttc": first, "endtc": max(first, last)}, reason)

    def _expanded(self, command: str) -> str:
        """The command with the values of the placeholders that are known."""
        values = {**self._step.parameters["values"], **self._values}
        return _PLACEHOLDER.sub(
            lambda found: str(values.get(found[1], found[0])),
            command,
        )
