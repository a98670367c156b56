"""What a forked process is told, and what it tells, on Linux."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys
from collections.abc import Callable

log = logging.getLogger("pumice.supervisor")

# <linux/prctl.h>
_PR_SET_PDEATHSIG = 1
_PR_SET_NAME = 15
_libc = ctypes.CDLL(None, use_errno=True)


def name_me(role: str) -> None:
    """Let ``ps`` and ``top`` show this process as ``pumice-<role>`` (at most 15 bytes)."""
    _libc.prctl(_PR_SET_NAME, f"pumice-{role}".encode(), 0, 0, 0)


def fork(role: str, run: Callable[[], object]) -> int:
    """Start a process that calls ``run`` and ends with what that returns (None: 0); its id.

    It is told to end when this process dies, is in a session of its own, so that Ctrl-C
    reaches only the parent, and has default signal handling. Call it without other threads.
    """
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        status = _begin(parent, role, run)
    finally:
        # Whatever happened, nothing of the parent's code runs here.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _begin(parent: int, role: str, run: Callable[[], object]) -> int:
    os.setsid()
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    if os.getppid() != parent:
        return 0
    name_me(role)
    try:
        result = run()
    except SystemExit as end:
        result = end.code
    except Exception:  # the boundary of the process: it says why, its parent starts another
        log.exception("%s: ended by an error", role)
        return 1
    return result if isinstance(result, int) else 0
