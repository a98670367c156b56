"""``definitions``: test definitions that run in the board's own shell."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from pumice.dispatcher.console.engine import Console, Match
from pumice.dispatcher.console.patterns import Pattern, Patterns
from pumice.dispatcher.errors import ConnectionClosed, JobError, TestError
from pumice.dispatcher.multinode.console import CALL, answered
from pumice.dispatcher.namespaces import GuestDrive, Namespace
from pumice.dispatcher.session import signals
from pumice.dispatcher.session.shell import command, console_of, interrupt
from pumice.dispatcher.step import Step
from pumice.dispatcher.test.recorder import Recorder
from pumice.wire.results import LAVA_SUITE

ENVIRONMENT_SECONDS = 15
"""How long the shell may take to read the test's environment."""

_QUIET_IN_TESTS = 3.0
_PROMPT_SECONDS = 5.0


async def run(step: Step) -> None:
    """Start the stage's tests in the board's shell, and follow them to their end."""
    board, console = step.board, console_of(step)
    if not board.prompts:
        raise JobError("tests in a shell need 'prompts' in the boot action")
    await run_in(step, board, console, step.state.drive)


async def run_in(
    step: Step, board: Namespace, console: Console, drive: GuestDrive | None = None
) -> None:
    """The same in the shell of this console; ``drive`` holds the overlay where it is not there."""
    tests = [step.state.tests[run] for run in step.parameters["runs"] if run in step.state.tests]
    if board.kernel is not None:
        board.kernel.quiet = _QUIET_IN_TESTS
    recorder = Recorder(step, tests)
    try:
        await _prepare(step, board, console, drive)
        await _follow(step, console, recorder)
    finally:
        recorder.close()
        if board.kernel is not None:
            board.kernel.report(step.report, step.action.namespace, step.action.level, always=False)
    await _wait_for_prompt(board, console)


async def _prepare(
    step: Step, board: Namespace, console: Console, drive: GuestDrive | None
) -> None:
    """Reach the prompt, the overlay and its environment, and start the tests."""
    root, delay = str(step.parameters["root"]), int(step.parameters["delay"])
    if not board.idle:
        # Something of an earlier test may still run.
        await interrupt(board, console)
    await command(board, console, "#", delay)
    if drive is not None:
        place = f"/dev/disk/by-uuid/{drive.uuid}"
        await command(board, console, f"mkdir -p {root}", delay)
        await command(
            board,
            console,
            f"mount {place} -t ext2 {root} || mount UUID={drive.uuid} -t ext2 {root}",
            delay,
        )
        await command(board, console, f"ls -la {root}/bin/lava-test-runner", delay)
        if drive.others:
            await command(board, console, f"cp -R {root}/{drive.others}/. /", delay)
    await command(board, console, f"export SHELL={step.parameters['shell']}", delay)
    await _environment(console, root, delay)
    await _expect_prompt(board, console)
    board.idle = False
    stage = step.parameters["stage"]
    await console.send(f"{root}/bin/lava-test-runner {root}/{stage}\n", delay)


async def _environment(console: Console, root: str, delay: int) -> None:
    """Have the shell read the tests' environment. Raises JobError where it cannot."""
    file = f"{root}/environment"
    # Some shells forget the rest of the line where the file is not there: it is tested before.
    text = f'test -r {file} && . {file} ; printf "<LAVA_SIGNAL_RETRUNCODE $?>\\n"\n'
    patterns = Patterns([signals.SIGNAL])
    try:
        async with asyncio.timeout(ENVIRONMENT_SECONDS):
            await console.send(text, delay)
            while True:
                found = signals.read(console, await console.expect(patterns))
                if found is not None and found.name == "RETRUNCODE":
                    break
    except TimeoutError as error:
        raise JobError(
            f"the shell did not read {file} within {ENVIRONMENT_SECONDS} seconds"
        ) from error
    if found.text != "0":
        raise JobError(
            f"the shell could not read {file} (status {found.text}): "
            "the overlay is not there, see the lines above"
        )


async def _follow(step: Step, console: Console, recorder: Recorder) -> None:
    """Take signals until the program that runs the tests has ended."""
    async with answered(step, console, recorder.called) as call:
        await _take(step, console, recorder, call)


async def _take(
    step: Step, console: Console, recorder: Recorder, call: Callable[[Match], None] | None
) -> None:
    """The same; ``call`` takes the calls of a MultiNode job's tests."""
    base = [signals.RUNNER, signals.SIGNAL, *((CALL,) if call is not None else ())]
    patterns, pattern = Patterns(base), ""
    try:
        while True:
            match = await console.expect(patterns)
            if match.index == len(base):
                recorder.parsed(match.named)
            elif match.index == 2 and call is not None:
                call(match)
            elif match.index == 1:
                signal = signals.read(console, match)
                if signal is not None:
                    recorder.signal(signal)
            elif signals.genuine(match.before, ""):
                if match.groups[0] == "EXIT":
                    return
                _install_failed(step)
            wanted = recorder.test.pattern if recorder.test is not None else ""
            if wanted != pattern:
                patterns.close()
                pattern = wanted
                own = [Pattern(pattern, multiline=True, whole_lines=True)] if pattern else []
                patterns = Patterns([*base, *own])
    finally:
        patterns.close()


def _install_failed(step: Step) -> None:
    stage = step.parameters["stage"]
    step.report.results(
        {
            "definition": LAVA_SUITE,
            "case": f"stage_{stage}",
            "result": "fail",
            "namespace": step.action.namespace,
            "level": step.action.level,
        }
    )
    raise TestError(f"the installation of a test of stage {stage} failed, see its output above")


async def _expect_prompt(board: Namespace, console: Console) -> None:
    patterns = Patterns(board.prompts)
    try:
        await console.expect(patterns)
    finally:
        patterns.close()
    board.idle = True


async def _wait_for_prompt(board: Namespace, console: Console) -> None:
    """After the tests the shell's prompt comes at once, or what follows must ask for it.

    A board that the tests switched off has none, and that is all right.
    """
    try:
        async with asyncio.timeout(_PROMPT_SECONDS):
            await _expect_prompt(board, console)
    except (TimeoutError, ConnectionClosed):
        board.idle = False
