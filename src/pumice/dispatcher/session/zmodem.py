"""A file that comes to a board through its console: ``sz`` on the worker, ``rz`` on the board.

Source of the protocol: the manuals of lrzsz, whose programs speak it; here are only the bytes
that tell that the board's program waits, and those that end it.
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from pumice.dispatcher.console.engine import Console
from pumice.dispatcher.console.patterns import Patterns
from pumice.dispatcher.errors import InfrastructureError, JobError
from pumice.dispatcher.host.processes import begin, ending, find, kill_group
from pumice.dispatcher.report import Report

SENDER, RECEIVER = "sz", "rz"
_WAITS = r"\*\*\x18B01"
"""The header by which a receiver says that it is there."""

_ENDS = re.compile(rb"\*\*\x18B08[0-9a-f]{12}\r?[\n\x8a]")
"""The receiver's last header: what follows it is the board's shell."""

_LONGEST_HEADER = 32
_CANCEL = b"\x18" * 8 + b"\x08" * 8
_BLOCK = 64 << 10


async def send(
    report: Report, console: Console, path: Path, prompts: tuple[str, ...], delay: int
) -> None:
    """Send a file to the folder that the board's shell is in; the console is at its prompt.

    Raises ConfigurationError where ``sz`` is not installed, JobError where the board has no
    ``rz``, InfrastructureError where the transfer breaks off.
    """
    # Control characters are escaped: a terminal server on the way may take them for its own.
    command = [find(SENDER), "--escape", "--binary", "--quiet", str(path)]
    await _wait_for_receiver(console, prompts, delay)
    report.debug(f"Calling: {' '.join(command)}")
    process = await begin(command, stdin=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL)
    over = False
    try:
        await _exchange(console, process)
        status = await process.wait()
        over = status == 0
    finally:
        if process.returncode is None:
            kill_group(process.pid)
            await process.wait()
        if not over and console.ended is None:
            await console.send_quietly(_CANCEL.decode())
    if status != 0:
        raise InfrastructureError(f"the transfer by zmodem broke off: {SENDER} {ending(status)}")
    await _expect(console, list(prompts))


async def _wait_for_receiver(console: Console, prompts: tuple[str, ...], delay: int) -> None:
    console.discard()
    await console.send(f"{RECEIVER}\n", delay)
    if await _expect(console, [_WAITS, *prompts]) > 0:
        raise JobError(f"the board has no program {RECEIVER} (lrzsz) to receive the overlay with")


async def _expect(console: Console, texts: list[str]) -> int:
    patterns = Patterns(texts)
    try:
        return (await console.expect(patterns)).index
    finally:
        patterns.close()


async def _exchange(console: Console, process: asyncio.subprocess.Process) -> None:
    """Pass bytes between the board and the program until that has no more to say."""
    typed, said = process.stdin, process.stdout
    if typed is None or said is None:
        return

    tail = b""
    over = False

    def received(data: bytes) -> bytes:
        nonlocal tail, over
        if over:
            return data
        if not typed.is_closing():
            typed.write(data)
        tail += data
        last = _ENDS.search(tail)
        if last is None:
            tail = tail[-_LONGEST_HEADER:]
            return b""
        over = True
        return tail[last.end() :]

    with console.raw(received) as write:
        ended = asyncio.ensure_future(console.until_ended())
        try:
            while True:
                piece = asyncio.ensure_future(said.read(_BLOCK))
                await asyncio.wait([piece, ended], return_when=asyncio.FIRST_COMPLETED)
                if not piece.done():
                    piece.cancel()
                    raise InfrastructureError(f"the board is gone: {console.ended}")
                if not piece.result():
                    return
                write(piece.result())
        finally:
            ended.cancel()
            typed.close()
