"""A real lab, started as its users start it, for tests, benchmarks and soak runs.

It runs ``pumice up`` in a folder, speaks to it over XML-RPC as an administrator, finds its
processes by what they do, and can kill them.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import xmlrpc.client
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import yaml

T = TypeVar("T")
ROLES = ("supervisor", "web", "loops", "coordinator", "worker", "boards")


class LabError(Exception):
    """The lab did not do what was asked of it in time; its output follows."""


class RunningLab:
    """One lab. Use it as a context manager: it is stopped, and all of it gone, at the end."""

    def __init__(self, directory: Path, *, database: str | None = None, port: int = 0) -> None:
        """``port`` 0 takes a free one, which is kept over restarts."""
        self.directory = directory
        self.database = database
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None
        self.output = directory.with_name(directory.name + ".log")

    def __enter__(self) -> RunningLab:
        try:
            self.start()
        except BaseException:
            self.kill("all")
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The address at which the lab answers."""
        return f"http://127.0.0.1:{self._port}"

    def start(self, timeout: float = 120) -> None:
        """Start the lab and wait (seconds) until it is ready. Raises LabError."""
        if not self._port:
            self._port = _free_port()
        command = [sys.executable, "-m", "pumice", "up", "--dir", str(self.directory)]
        command += ["--listen", f"127.0.0.1:{self._port}"]
        if self.database:
            command += ["--database", self.database]
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        self.wait_for(self._ready, timeout, "the lab to be ready")

    def _ready(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            raise LabError(f"the lab has ended: {self.output.read_text(errors='replace')}")
        try:
            with urllib.request.urlopen(f"{self.url}/v1/healthz/", timeout=5) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    def stop(self, timeout: float = 15) -> None:
        """Stop the lab as its user does. Raises LabError when it takes longer (seconds)."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill("all")
            raise LabError(f"the lab did not stop within {timeout} s") from None
        finally:
            self._process = None

    def admin(self) -> dict[str, str]:
        """What ``admin.json`` says: url, username, password, token."""
        return cast("dict[str, str]", json.loads((self.directory / "admin.json").read_text()))

    def rpc(self) -> xmlrpc.client.ServerProxy:
        """The lab's XML-RPC methods, called as the administrator; close it, or use it ``with``."""
        admin = self.admin()
        address = self.url.replace("//", f"//{admin['username']}:{admin['token']}@")
        return xmlrpc.client.ServerProxy(f"{address}/RPC2", allow_none=True)

    def call(self, method: str, *arguments: object) -> Any:
        """Call one XML-RPC method as the administrator."""
        with self.rpc() as rpc:
            return getattr(rpc, method)(*arguments)

    def submit(self, definition: str) -> int:
        """Submit a job; its id."""
        return cast("int", self.call("scheduler.jobs.submit", definition))

    def show(self, job: int | str) -> dict[str, Any]:
        """What ``scheduler.jobs.show`` says of a job."""
        return cast("dict[str, Any]", self.call("scheduler.jobs.show", job))

    def log(self, job: int | str) -> list[dict[str, Any]]:
        """The records of a job's log."""
        _, data = cast("tuple[bool, Any]", self.call("scheduler.jobs.logs", job))
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        records = yaml.load(data.data, Loader=loader)  # noqa: S506 - a safe loader
        return cast("list[dict[str, Any]]", records or [])

    def results(self, job: int | str) -> list[dict[str, Any]]:
        """The cases of a job."""
        text = cast("str", self.call("results.get_testjob_results_yaml", job))
        return cast("list[dict[str, Any]]", yaml.safe_load(text))

    def wait_until_finished(self, job: int | str, timeout: float = 120) -> dict[str, Any]:
        """Wait (seconds) for a job's end; what is then shown of it."""
        self.wait_for(
            lambda: self.show(job)["state"] == "Finished", timeout, f"the end of job {job}"
        )
        return self.show(job)

    def wait_for(self, happened: Callable[[], T], timeout: float, what: str) -> T:
        """Ask again and again until it has happened. Raises LabError."""
        end = time.monotonic() + timeout
        while True:
            with contextlib.suppress(OSError, xmlrpc.client.ProtocolError):
                if answer := happened():
                    return answer
            if time.monotonic() > end:
                text = self.output.read_text(errors="replace")
                raise LabError(f"waited {timeout} s for {what}\n{text[-5000:]}")
            time.sleep(0.05)

    def processes(self, role: str) -> list[int]:
        """Process ids of a role of ROLES, of ``dispatcher`` or ``qemu``, or of ``all`` of them."""
        folder = str(self.directory)
        found: list[int] = []
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if _role(entry, folder) in ((role,) if role != "all" else _ALL):
                    found.append(int(entry.name))
        return found

    def kill(self, role: str) -> list[int]:
        """Kill (-9) all processes of a role at once; those that were killed."""
        victims = self.processes(role)
        for pid in victims:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if role in ("all", "supervisor") and self._process is not None:
            self._process.wait()
            self._process = None
        return victims


_ALL = (*ROLES, "dispatcher", "qemu")


def _role(process: Path, folder: str) -> str | None:
    """What a process of the lab does; None for one of another lab or of none."""
    command = (process / "cmdline").read_bytes().split(b"\0")
    environment = (process / "environ").read_bytes()
    program = Path(os.fsdecode(command[0])).name
    if f"PUMICE_BOARD={folder}/boards/".encode() in environment and program.startswith("qemu-"):
        return "qemu"
    if f"PUMICE_JOB_DIR={folder}/".encode() in environment:
        if program.startswith("qemu-"):
            return "qemu"
        return "dispatcher" if b"pumice.dispatcher" in command else None
    if folder.encode() not in command:
        return None
    # The kernel keeps 15 bytes of a process's name.
    name = (process / "comm").read_text().strip()
    return next((role for role in ROLES if f"pumice-{role}"[:15] == name), None)


def _free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
