"""A running server, a worker that says what it is told to say, and the real lavacli, twice."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

SERVE = Path(__file__).with_name("serve.py")
PROGRAMS = {"3.1.0": Path(sys.executable).with_name("lavacli"), "1.2": Path("/usr/bin/lavacli")}
SECONDS = 30
SMOKE = """\
# a comment
job_name: smoke
device_type: qemu
priority: medium
visibility: public
timeouts:
  job: {minutes: 5}
  action: {minutes: 2}
context: {arch: amd64}
actions:
- deploy:
    to: tmpfs
    images:
      kernel: {url: http://localhost/vmlinuz, image_arg: "-kernel {kernel}"}
- boot:
    method: qemu
    prompts: ['/ # ']
"""


class Worker:
    """Speaks the worker's doors as a host does whose jobs end as the test wants."""

    def __init__(self, url: str, token: str) -> None:
        self._root = f"{url}/scheduler/internal/v1"
        self._token = token

    def run(self, job_id: int, lines: list[str], *, passed: bool = True) -> None:
        """Take the job as soon as it has a device, report these log lines, and its end."""
        token = self._wait_for(job_id)
        job = f"{self._root}/jobs/{job_id}/"
        self._ask(job, token)
        self._ask(job, token, {"state": "RUNNING"})
        self._ask(f"{job}logs/", token, {"lines": "\n".join(lines), "index": "0"})
        result = "pass" if passed else "fail"
        self._ask(job, token, {"state": "FINISHED", "result": result, "description": ""})

    def _wait_for(self, job_id: int) -> str:
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            lists = self._ask(f"{self._root}/workers/worker-1/?version=2026.07", self._token)
            for job in lists["start"]:
                if job["id"] == job_id:
                    return job["token"]
            time.sleep(0.02)
        raise AssertionError(f"job {job_id} got no device in {SECONDS} s")

    def _ask(self, url: str, token: str, form: dict[str, str] | None = None) -> Any:
        body = None if form is None else urllib.parse.urlencode(form).encode()
        request = urllib.request.Request(url, body, {"LAVA-Token": token})
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            return json.load(answer)


@dataclass
class Server:
    url: str
    token: str
    admin_token: str
    worker: Worker
    jobs: dict[str, int] = field(default_factory=dict[str, int])
    """The job that each version of lavacli submitted and that ran to its end."""

    @property
    def rpc(self) -> str:
        """The address that clients are given, with alice's name and token."""
        return self.url.replace("http://", f"http://alice:{self.token}@") + "/RPC2"


@dataclass
class Lavacli:
    """One version of the client; ``run`` answers what it printed."""

    version: str
    program: Path
    uri: str
    home: Path
    status: int = field(default=0, init=False)

    def run(self, *arguments: str) -> str:
        """Standard output of a command that ends with 0 and says nothing of an error."""
        output = self.try_run(*arguments)
        assert self.status == 0, output
        assert "Unable to call" not in output
        return output

    def try_run(self, *arguments: str) -> str:
        """Both outputs of a command; its exit status is in ``status``."""
        finished = subprocess.run(
            [self.program, "--uri", self.uri, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            cwd=self.home,
            env={"PATH": os.environ["PATH"], "HOME": str(self.home), "LC_ALL": "C.UTF-8"},
            check=False,
        )
        self.status = finished.returncode
        return finished.stdout


@contextmanager
def serving(folder: Path, seed: str) -> Generator[tuple[str, dict[str, str]]]:
    """The address of a server's web process and loops on a new lab, and the seed's tokens."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name != "DATABASE_URL" and not name.startswith("PUMICE_")
    }
    command = [sys.executable, str(SERVE), str(folder)]
    seeded = subprocess.run([*command, seed], env=environment, stdout=subprocess.PIPE, check=True)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        descriptor = listening.fileno()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        web = subprocess.Popen(
            [*command, "web", str(descriptor)], env=environment, pass_fds=[descriptor]
        )
    loops = subprocess.Popen([*command, "loops"], env=environment)
    try:
        yield url, json.loads(seeded.stdout)
    finally:
        for process in (web, loops):
            process.terminate()
        for process in (web, loops):
            process.wait(SECONDS)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("clients") / "lab", "seed") as (url, tokens):
        yield Server(url, tokens["alice"], tokens["admin"], Worker(url, tokens["worker-1"]))


def address(url: str, username: str, token: str) -> str:
    """The address that clients are given, with a user's name and token."""
    return url.replace("http://", f"http://{username}:{token}@") + "/RPC2"


@pytest.fixture
def definition() -> str:
    """A job for QEMU, as one writes it."""
    return SMOKE


@pytest.fixture(params=list(PROGRAMS))
def lavacli(request: pytest.FixtureRequest, server: Server, tmp_path: Path) -> Lavacli:
    """lavacli 3.1.0 from the development environment, then Debian's 1.2 (package lavacli)."""
    program = PROGRAMS[request.param]
    assert program.exists(), f"{program} is missing: run script/setup"
    (tmp_path / "smoke.yaml").write_text(SMOKE)
    return Lavacli(request.param, program, server.rpc, tmp_path)


@pytest.fixture
def by_admin(lavacli: Lavacli, server: Server) -> Lavacli:
    """The same, used by the lab's administrator."""
    lavacli.uri = address(server.url, "admin", server.admin_token)
    return lavacli


@pytest.fixture
def new_by_admin(server: Server, tmp_path: Path) -> Lavacli:
    """lavacli 3.1.0, used by the lab's administrator."""
    uri = address(server.url, "admin", server.admin_token)
    return Lavacli("3.1.0", PROGRAMS["3.1.0"], uri, tmp_path)


@pytest.fixture
def by_admin_of_another(tmp_path: Path) -> Iterator[Lavacli]:
    """The same for another lab, which is empty."""
    with serving(tmp_path / "lab", "bare") as (url, tokens):
        uri = address(url, "admin", tokens["admin"])
        yield Lavacli("3.1.0", PROGRAMS["3.1.0"], uri, tmp_path)


def line(level: str, message: object) -> str:
    """A log line as workers send it."""
    record = {"dt": "2026-01-02T03:04:05.678901+00:00", "lvl": level, "msg": message}
    return f"- {json.dumps(record)}"


CASE = {"definition": "0_smoke", "case": "first", "result": "pass", "measurement": "1.5"}
LOG = [
    line("info", "start"),
    line("target", "café ☕"),
    line("results", CASE),
    line("results", {"definition": "lava", "case": "job", "result": "pass"}),
]


@pytest.fixture
def job(lavacli: Lavacli, server: Server) -> int:
    """A job that this lavacli submitted, and that ran: log, two results, Complete."""
    if lavacli.version not in server.jobs:
        number = int(lavacli.run("jobs", "submit", "smoke.yaml"))
        server.worker.run(number, LOG)
        server.jobs[lavacli.version] = number
    return server.jobs[lavacli.version]
