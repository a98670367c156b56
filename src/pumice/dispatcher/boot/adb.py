"""Boards that run Android without a shell on a console: that of ``adb`` is the console."""

from __future__ import annotations

import asyncio
import re
import secrets
import shlex
from pathlib import PurePosixPath

from pumice.dispatcher.console.pty import PtyTransport
from pumice.dispatcher.errors import JobError
from pumice.dispatcher.host import adb
from pumice.dispatcher.host.processes import find
from pumice.dispatcher.overlay import tar
from pumice.dispatcher.session.bootloader import expect
from pumice.dispatcher.session.connection import attach, disconnect
from pumice.dispatcher.session.shell import command, console_of, status
from pumice.dispatcher.step import Step

PROMPT = "lava-adb:$ "
_SET_PROMPT = f"PS1='{PROMPT[:4]}''{PROMPT[4:]}'"
"""Sets the prompt without showing it: what is typed comes back."""


async def installed(step: Step) -> None:
    """Check that adb is there. Raises ConfigurationError."""
    step.report.debug(f"adb is {find(adb.PROGRAM)}")


async def connect(step: Step) -> None:
    """Wait until adb reaches the board, and make its shell the console."""
    state, serial = step.state, str(step.parameters["serial"])
    await adb.reach(step, serial)
    await disconnect(step)
    words = [find(adb.PROGRAM), "-s", serial, "shell"]
    transport = PtyTransport(words)
    step.undo(transport.close)
    console = attach(step, state, transport, connection=shlex.join(words))
    # Adb forgets what is typed before it shows the shell's first prompt, whatever that is.
    await expect(console, [r"\S"])
    state.prompts = (re.escape(PROMPT),)
    await command(state, console, _SET_PROMPT)
    step.extra = {}


async def unpack(step: Step) -> None:
    """Copy the overlay to the board and unpack it there.

    It is put beside the place of the tests, which the board's shell can write to. Raises
    JobError where the overlay is not on the board afterwards.
    """
    state, console = step.state, console_of(step)
    tree, serial = state.overlay, str(step.parameters["serial"])
    if tree is None:
        raise JobError("there is no overlay to copy: the tests need a deploy action")
    # A name of its own: a board that keeps its files may have one of an earlier attempt.
    name = f"overlay-{step.job.id}-{secrets.token_hex(4)}.tar.gz"
    path = step.folder("adb") / name
    await asyncio.to_thread(tar.write, path, tree)
    place = str(PurePosixPath(tree.root).parent / name)
    await adb.call(step, serial, "push", str(path), place)
    await command(state, console, f"tar -C / -xzf {place}")
    await command(state, console, f"rm -f {place}")
    if await status(state, console, f"test -f {tree.root}/bin/lava-test-runner") != 0:
        raise JobError(f"the overlay is not at {tree.root} on the board after unpacking")
    step.extra = {"size": path.stat().st_size}
    await asyncio.to_thread(path.unlink)
