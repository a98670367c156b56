"""Stands in for a program that a job starts as its board, with a fault:
``python -m pumice.boards.standin FAULT PROGRAM ARGUMENT…``.

It runs the program, which reads the same terminal, and passes on what it says as
:class:`pumice.boards.faults.Line` has it arrive.
"""

from __future__ import annotations

import ctypes
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

from pumice.boards.faults import Line
from pumice.boards.qmp import Monitor

PROGRAMS = ("qemu-system-x86_64", "qemu-system-aarch64", "qemu-system-arm")

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def folder(board: Path) -> Path:
    """Where the programs are that stand in for others, for the board of this folder."""
    return board / "programs"


def install(board: Path, fault: str) -> None:
    """Write programs that stand in for QEMU's, with this fault. Raises OSError."""
    place = folder(board)
    place.mkdir(parents=True, exist_ok=True)
    for program in PROGRAMS:
        command = [sys.executable, "-m", "pumice.boards.standin", fault, program]
        path = place / program
        path.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n')
        path.chmod(0o755)


def run(fault: str, command: list[str]) -> int:
    """Run the program to its end; its exit status. Raises OSError where it cannot be started."""
    if command[1:] == ["--version"]:
        return subprocess.run(command).returncode
    options = ["-no-shutdown"] if fault == "ignores-power-off" else []
    monitor = Monitor()
    board = subprocess.Popen(
        [*command, *options, *monitor.options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=[monitor.fd],
        preexec_fn=_die_with_parent,
        process_group=0 if fault == "ignores-power-off" else None,
    )
    monitor.started()
    if fault == "ignores-power-off":
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
    with board:
        _pass_on(board, Line(fault), monitor)
    monitor.close()
    return board.returncode if board.returncode >= 0 else 128 - board.returncode


def _pass_on(board: subprocess.Popen[bytes], line: Line, monitor: Monitor) -> None:
    assert board.stdout is not None  # noqa: S101 - it was started with a pipe
    was_cut = False
    while data := os.read(board.stdout.fileno(), line.chunk):
        heard = line.carry(data)
        while heard:
            heard = heard[os.write(1, heard) :]
        if line.cut and not was_cut:
            was_cut = True
            monitor.cut_network()
        if line.pace:
            time.sleep(len(data) / line.pace)


def _die_with_parent() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def main() -> int:
    """The command."""
    if len(sys.argv) < len(("standin", "FAULT", "PROGRAM")):
        sys.stderr.write("usage: pumice.boards.standin FAULT PROGRAM ARGUMENT...\n")
        return 2
    try:
        return run(sys.argv[1], sys.argv[2:])
    except OSError as error:
        sys.stderr.write(f"{sys.argv[2]}: {error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
