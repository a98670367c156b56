"""Starting a dispatcher's process, and holding one that this worker or an earlier one started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from pumice.formats.errors import InvalidDocument
from pumice.formats.yaml import load
from pumice.wire.coordinator import VARIABLE
from pumice.worker import processes
from pumice.worker.ending import describe_exit
from pumice.worker.errors import CannotStart
from pumice.worker.folder import JobFolder, JobState
from pumice.worker.processes import MARK, Identity

_DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_PRIVATE = ("DATABASE_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE")


class DispatcherProcess:
    """One job's dispatcher, alive when this object was made."""

    def __init__(
        self, identity: Identity, pidfd: int, child: subprocess.Popen[bytes] | None = None
    ) -> None:
        """Takes over the pidfd. ``child`` is given where this worker started the process."""
        self.identity = identity
        self._pidfd = pidfd
        self._child = child

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, if the process still runs."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, number)

    async def ended(self) -> str:
        """Wait for the end; returns how it ended, for people."""
        await processes.ended(self._pidfd)
        if self._child is not None:
            return describe_exit(self._child)
        return "how it ended is not known: the worker was restarted while the job ran"

    def close(self) -> None:
        """Let go of the process, which goes on if it runs."""
        os.close(self._pidfd)
        if self._child is not None and self._child.poll() is None:
            # Popen warns of a child for which nobody waits; this one is meant to outlive us.
            self._child.returncode = 0


def environment(
    text: str, base: Mapping[str, str], folder: Path, coordinator: str = ""
) -> dict[str, str]:
    """The environment of a dispatcher, marked as the job's; it names the ``coordinator``.

    ``text`` is env.yaml: ``purge`` (true: start from nothing), ``removes`` (list of names),
    ``overrides`` (map). What configures a server in this process is never passed on. Raises
    CannotStart where env.yaml is wrong.
    """
    try:
        settings: object = load(text).data
    except InvalidDocument as error:
        raise CannotStart(f"env.yaml of this worker is not valid: {error}") from error
    fields = cast("dict[str, object]", settings) if isinstance(settings, dict) else {}
    removes: object = fields.get("removes") or []
    overrides: object = fields.get("overrides") or {}
    is_map = settings is None or isinstance(settings, dict)
    if not is_map or not isinstance(removes, list) or not isinstance(overrides, dict):
        raise CannotStart(
            "env.yaml of this worker must be a map: purge (true or false), removes (a list), "
            "overrides (a map)"
        )
    kept = {} if fields.get("purge") else dict(base)
    dropped = {str(name) for name in cast("list[object]", removes)}
    result = {
        name: value
        for name, value in kept.items()
        if name not in dropped and name not in _PRIVATE and not name.startswith("PUMICE_")
    }
    for name, value in cast("dict[object, object]", overrides).items():
        result[str(name)] = "" if value is None else str(value)
    if any("\0" in name or "\0" in value or "=" in name for name, value in result.items()):
        raise CannotStart("env.yaml of this worker holds a name or value that no variable can have")
    result.setdefault("PATH", _DEFAULT_PATH)
    result[MARK] = str(folder)
    if coordinator:
        result.setdefault(VARIABLE, coordinator)
    return result


def start(
    command: tuple[str, ...], folder: JobFolder, bell: str, variables: dict[str, str]
) -> DispatcherProcess:
    """Start the dispatcher for a folder that is complete. Raises CannotStart.

    It leads a session of its own, so that nothing that ends this worker ends it too.
    """
    arguments = [
        *command,
        *("--job-id", str(folder.job), "--output-dir", str(folder.path)),
        *("--device", str(folder.device), "--dispatcher", str(folder.dispatcher)),
        *(("--env-dut", str(folder.env_dut)) if folder.env_dut.exists() else ()),
        *("--bell", bell, str(folder.definition)),
    ]
    try:
        descriptor = os.open(folder.stderr, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            child = subprocess.Popen(
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=descriptor,
                stderr=descriptor,
                cwd=folder.path,
                env=variables,
                start_new_session=True,
            )
        finally:
            os.close(descriptor)
    except OSError as error:
        raise CannotStart(f"the dispatcher cannot be started: {error}") from error
    # As long as nobody waits for it, a child's id is its own, even when it has ended already.
    pidfd = os.pidfd_open(child.pid)
    identity = processes.identify(child.pid) or Identity(child.pid, 0, processes.boot_id())
    return DispatcherProcess(identity, pidfd, child)


def find(folder: JobFolder, state: JobState) -> DispatcherProcess | None:
    """The dispatcher that an earlier worker started for this job, if it runs."""
    identity = state.process
    if identity is None:
        # Killed between starting it and noting its id: look for the one that leads a session.
        found = processes.marked(lambda path: path == folder.path)
        leaders = [pid for pid in sorted(found) if _leads_session(pid)]
        identity = processes.identify(leaders[0]) if leaders else None
    pidfd = processes.hold(identity) if identity is not None else None
    return DispatcherProcess(identity, pidfd) if identity and pidfd is not None else None


def _leads_session(pid: int) -> bool:
    try:
        return os.getsid(pid) == pid
    except ProcessLookupError:
        return False
