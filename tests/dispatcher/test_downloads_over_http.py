"""Downloads from servers that are slow, wrong or away."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pumice.testing.scripted_lab import ScriptedLab


class Handler(BaseHTTPRequestHandler):
    """``/file``; ``/passing`` fails twice; ``/meet`` waits for another."""

    server: Server  # type: ignore[assignment]

    def do_HEAD(self) -> None:
        self.send_response(404 if self.path == "/nothing" else 200)
        self.end_headers()

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        count = [path for path, _ in self.server.asked].count(self.path)
        if self.path == "/nothing" or (self.path == "/passing" and count <= 2):
            self.send_error(404 if self.path == "/nothing" else 503)
            return
        if self.path.startswith("/meet"):
            self.server.meeting.wait(timeout=10)
        self.send_response(200)
        self.send_header("Content-Length", "9")
        self.end_headers()
        self.wfile.write(b"a ramdisk")

    def log_message(self, format: str, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.meeting = threading.Barrier(2)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}{path}"


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_file_comes_with_the_headers_that_the_job_says(lab: ScriptedLab, server: Server) -> None:
    headers = {"PRIVATE-TOKEN": "abc"}
    outcome = lab.run(lab.deploy(url=server.url("/file"), headers=headers), lab.boot())
    assert outcome.passed
    assert outcome.result("lava", "http-download")["extra"]["size"] == 9
    assert [(path, sent.get("PRIVATE-TOKEN")) for path, sent in server.asked] == [("/file", "abc")]


def test_nothing_at_the_address_fails_the_validation(lab: ScriptedLab, server: Server) -> None:
    outcome = lab.run(lab.deploy(url=server.url("/nothing")), lab.boot())
    assert outcome.end["error_type"] == "Job"
    assert outcome.end["error_msg"] == f"Resource unavailable at '{server.url('/nothing')}' (404)"
    assert outcome.cases("lava") == {"validate": "fail", "job": "fail"}


def test_a_server_that_fails_for_a_moment_is_asked_again(lab: ScriptedLab, server: Server) -> None:
    outcome = lab.run(lab.deploy(url=server.url("/passing")))
    assert outcome.passed
    assert len(server.asked) == 3
    assert [m for m in outcome.messages("warning") if "(503)" in m]


def test_a_server_that_is_away_is_waited_for_until_the_time_is_up(lab: ScriptedLab) -> None:
    deploy = lab.deploy(url="http://127.0.0.1:1/file")
    deploy["deploy"]["timeout"] = {"seconds": 3}
    outcome = lab.run(deploy)
    assert outcome.end["error_type"] == "Infrastructure"
    assert outcome.end["error_msg"] == "http-download timed out after 3 seconds"
    assert [m for m in outcome.messages("warning") if "cannot reach" in m]


def test_files_come_at_the_same_time(lab: ScriptedLab, server: Server) -> None:
    deploy = lab.deploy(url=server.url("/meet/1"))
    deploy["deploy"]["images"]["other"] = {"url": server.url("/meet/2")}
    outcome = lab.run(deploy)
    assert outcome.passed
    assert sorted(path for path, _ in server.asked) == ["/meet/1", "/meet/2"]


def test_a_password_in_the_address_is_not_logged(lab: ScriptedLab, server: Server) -> None:
    url = server.url("/file").replace("http://", "http://me:hidden@")
    outcome = lab.run(lab.deploy(url=url))
    assert outcome.passed
    assert "hidden" not in outcome.text
    assert "http://me:***@127.0.0.1" in outcome.text
