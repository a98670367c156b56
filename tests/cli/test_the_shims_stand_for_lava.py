"""``lava-run`` and ``lava-server``: LAVA's arguments and output, for programs that know them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, cast
from urllib.parse import parse_qs

import pytest
from click.testing import CliRunner, Result

from pumice.cli.lab import lab as lab_command
from pumice.formats import yaml
from pumice.testing.board import PROMPT
from pumice.testing.scripted_lab import ScriptedLab


@pytest.fixture
def board(tmp_path: Path) -> ScriptedLab:
    return ScriptedLab(tmp_path)


def install(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(lab_command, ["shims", "--dir", str(folder), *arguments])


def call(board: ScriptedLab, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run lava-run as tuxrun does, with a job that types one command."""
    programs = board.folder / "programs"
    assert install(programs).exit_code == 0
    script = {"name": "ask", "prompts": [PROMPT], "script": [{"name": "one", "command": "true"}]}
    test = {"test": {"interactive": [script]}}
    order = board.order(board.deploy(), board.boot(), test)
    for name, text in (("definition", order.definition), ("device", order.device)):
        board.folder.joinpath(f"{name}.yaml").write_text(text)
    board.folder.joinpath("dispatcher.yaml").write_text("")
    return subprocess.run(
        [
            programs / "lava-run", "--device", "device.yaml", "--dispatcher", "dispatcher.yaml",
            "--job-id", "1", "--output-dir", "output", *arguments, "definition.yaml",
        ],
        cwd=board.folder, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_the_log_is_printed_a_map_a_line(board: ScriptedLab) -> None:
    done = call(board, "--skip-sudo-warning", "--debug")
    assert done.returncode == 0
    assert done.stdout == ""
    records: list[Any] = [yaml.load(line).data for line in done.stderr.splitlines()]
    assert all({"dt", "lvl", "msg"} <= set(record) for record in records)
    results = [record["msg"] for record in records if record["lvl"] == "results"]
    assert ("0_ask", "one", "pass") in [(r["definition"], r["case"], r["result"]) for r in results]
    assert results[-1]["case"] == "job"
    spool = board.outcome.output.joinpath("logs.yaml").read_text()
    assert [f"- {line}" for line in done.stderr.splitlines()] == spool.splitlines()


def test_a_job_that_fails_ends_with_1(board: ScriptedLab) -> None:
    board.options = ["--fault", "ends"]
    assert call(board).returncode == 1
    assert board.outcome.end["error_type"] == "Infrastructure"


def test_a_validation_runs_nothing(board: ScriptedLab) -> None:
    done = call(board, "--validate")
    assert (done.returncode, done.stderr) == (0, "")
    assert not board.root.exists()
    board.timeouts = {"job": {"seconds": "soon"}}
    done = call(board, "--validate")
    assert done.returncode == 1
    assert "timeouts.job" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--job-id", "../1"], "make a job's id"),
        (["--url", "ftp://server"], "begins with http"),
        (["--url", "http://server"], "needs the job's --token"),
        (["--env-dut", "nowhere.yaml"], "does not exist"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(
    board: ScriptedLab, arguments: list[str], said: str
) -> None:
    done = call(board, *arguments)
    assert done.returncode == 2
    assert said in done.stderr


def test_a_program_of_somebody_else_is_never_replaced(tmp_path: Path) -> None:
    tmp_path.joinpath("lava-server").write_text("#!/bin/sh\n")
    done = install(tmp_path)
    assert done.exit_code == 2
    assert "is not Pumice's" in done.output
    assert not tmp_path.joinpath("lava-run").exists()


def test_an_installation_may_be_repeated(tmp_path: Path) -> None:
    assert install(tmp_path).exit_code == 0
    done = install(tmp_path, "--json")
    assert json.loads(done.output) == {
        name: str(tmp_path / name) for name in ("lava-run", "lava-server")
    }


def test_lava_server_manages_the_lab(tmp_path: Path) -> None:
    install(tmp_path, "--lab", str(tmp_path / "lab"))
    program = tmp_path / "lava-server"
    done = subprocess.run([program, "manage", "help"], capture_output=True, text=True, check=True)
    assert "createsuperuser" in done.stdout
    done = subprocess.run([program, "start"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "lava-server manage COMMAND" in done.stderr


class Server(ThreadingHTTPServer):
    """A LAVA server's door for logs."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Door)
        self.records: list[str] = []
        self.tokens: set[str | None] = set()
        self.refusals: list[tuple[int, dict[str, str]]] = []
        self.most = 1000


class Door(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server = cast("Server", self.server)
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = parse_qs(body)
        lines = form["lines"][0].split("\n")
        if server.refusals:
            return self._answer(*server.refusals.pop(0))
        if len(lines) > server.most:
            return self._answer(413, {})
        assert self.path == "/lava/scheduler/internal/v1/jobs/1/logs/"
        assert form["index"] == [str(len(server.records))]
        server.tokens.add(self.headers["LAVA-Token"])
        server.records += lines
        return self._answer(200, {"line_count": len(lines)})

    def _answer(self, status: int, answer: dict[str, Any]) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, format: str, *args: Any) -> None:
        return


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def posting(server: Server) -> list[str]:
    url = f"http://127.0.0.1:{server.server_port}/lava/"
    return ["--url", url, "--token", "secret", "--job-log-interval", "0.2"]


def test_the_log_is_posted_to_a_server(board: ScriptedLab, server: Server) -> None:
    server.most = 20
    done = call(board, *posting(server))
    assert (done.returncode, done.stderr) == (0, "")
    assert server.records == board.outcome.output.joinpath("logs.yaml").read_text().splitlines()
    assert server.tokens == {"secret"}


def test_a_job_that_the_server_does_not_know_is_ended(board: ScriptedLab, server: Server) -> None:
    server.refusals = [(404, {"error": "Unknown job '1'"})]
    board.options = ["--fault", "silent"]
    done = call(board, *posting(server))
    assert done.returncode == 1
    assert board.outcome.end["error_type"] == "Canceled"
    assert "does not know the job" in done.stderr
