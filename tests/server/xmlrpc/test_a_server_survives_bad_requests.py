"""A real server, attacked over its socket: it answers, goes on answering, and does not grow."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
import xmlrpc.client
from collections.abc import Iterator
from pathlib import Path

import pytest

SECONDS = 60
MEGABYTE = 1 << 20
MOST_GROWTH = 60 * MEGABYTE
VERSION = xmlrpc.client.dumps((), "system.version").encode()
BOMB = b"<!DOCTYPE b [" + b"".join(
    b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10 if n else b"x" * 10) for n in range(10)
) + b"]><methodCall><methodName>&a9;</methodName></methodCall>"  # fmt: skip
DEEP = b"<methodCall><params><param><value>" + b"<array><data><value>" * 120_000
WIDE = (
    b"<methodCall><methodName>system.whoami</methodName><params><param><value><array><data>"
    + b"<value><int>1</int></value>" * 90_000
    + b"</data></array></value></param></params></methodCall>"
)


class Web:
    """``pumice web`` on a lab of its own."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = process
        self.port = port

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), SECONDS)

    def send(self, data: bytes) -> bytes:
        """All that is answered to these bytes, until the server or we close."""
        with self.connect() as connection:
            with contextlib.suppress(ConnectionError):
                connection.sendall(data)
            return _answer(connection)

    def post(self, body: bytes, *headers: bytes) -> bytes:
        lines = [b"POST /RPC2 HTTP/1.1", b"Host: lab", b"Connection: close", *headers]
        if not any(line.lower().startswith((b"content-length", b"transfer")) for line in headers):
            lines.append(b"Content-Length: %d" % len(body))
        return self.send(b"\r\n".join(lines) + b"\r\n\r\n" + body)

    def works(self) -> bool:
        return b"2026.07" in self.post(VERSION)

    def memory(self) -> int:
        """Bytes that the server's process has in memory."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


def _answer(connection: socket.socket) -> bytes:
    parts: list[bytes] = []
    with contextlib.suppress(ConnectionError):
        while part := connection.recv(MEGABYTE):
            parts.append(part)
    return b"".join(parts)


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("attacked") / "lab"
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "PUMICE_DIR")}
    environment["PUMICE_WEB_PROCESSES"] = "1"
    process = subprocess.Popen(
        [sys.executable, "-m", "pumice", "web", "--dir", str(folder),
         "--listen", f"127.0.0.1:{port}"],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    running = Web(process, port)
    try:
        _wait(running)
        yield running
    finally:
        process.terminate()
        _, output = process.communicate(timeout=SECONDS)
    assert b"Traceback" not in output, output.decode()


def _wait(running: Web) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        assert running.process.poll() is None
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{running.port}/v1/healthz/", timeout=SECONDS)
            return
        time.sleep(0.05)
    raise AssertionError("the server does not answer")


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer else 0


@pytest.mark.parametrize(
    ("body", "code"), [(BOMB, b"-32603"), (DEEP, b"-32600"), (WIDE, b"-32603")]
)
def test_a_body_that_would_explode_is_a_fault(web: Web, body: bytes, code: bytes) -> None:
    answer = web.post(body)
    assert status(answer) == 200
    assert b"<int>" + code in answer
    assert web.works()


def test_a_body_of_100_megabytes_is_refused_and_not_kept(web: Web) -> None:
    before = web.memory()
    for _ in range(3):
        with web.connect() as connection:
            head = b"POST /RPC2 HTTP/1.1\r\nHost: lab\r\nContent-Length: %d\r\n\r\n"
            with contextlib.suppress(ConnectionError):
                connection.sendall(head % (100 * MEGABYTE))
                for _ in range(100):
                    connection.sendall(b"x" * MEGABYTE)
            connection.shutdown(socket.SHUT_WR)
            answer = _answer(connection)
        assert status(answer) in (0, 400)  # the connection may be cut before the answer is read
    assert web.memory() - before < MOST_GROWTH
    assert web.works()


def test_a_body_in_chunks_is_read(web: Web) -> None:
    chunks = b"".join(b"%x\r\n%s\r\n" % (1, VERSION[n : n + 1]) for n in range(len(VERSION)))
    answer = web.post(chunks + b"0\r\n\r\n", b"Transfer-Encoding: chunked")
    assert b"2026.07" in answer


def test_chunks_without_end_are_refused(web: Web) -> None:
    chunk = b"%x\r\n%s\r\n" % (MEGABYTE, b"x" * MEGABYTE)
    answer = web.post(chunk * 8, b"Transfer-Encoding: chunked")
    assert status(answer) in (0, 400)
    assert web.works()


@pytest.mark.parametrize(
    "headers",
    [
        [b"Authorization: Basic YTpi", b"Authorization: Basic YTpi"],
        [b"Authorization: Basic"],
        [b"Authorization: Basic \xff\xfe"],
        [b"Authorization: Basic YQ="],
        [b"Authorization: Bearer x"],
        [b"Content-Length: -1"],
        [b"Content-Length: 5", b"Content-Length: 6"],
        [b"Content-Length: 5", b"Transfer-Encoding: chunked"],
        [b"Content-Type: \x01\x02"],
        [b"X: " + b"x" * 200_000],
    ],
)
def test_odd_headers_are_refused(web: Web, headers: list[bytes]) -> None:
    answer = web.post(VERSION, *headers)
    assert status(answer) in (0, 200, 400, 401, 431)
    assert b"Traceback" not in answer
    assert web.works()


def test_bodies_that_come_slowly_hold_no_thread(web: Web) -> None:
    head = b"POST /RPC2 HTTP/1.1\r\nHost: lab\r\nContent-Length: %d\r\n\r\n" % len(VERSION)
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(web.connect()) for _ in range(100)]
        for connection in slow:
            connection.sendall(head + VERSION[:10])
        assert web.works()
        for connection in slow[:5]:
            connection.sendall(VERSION[10:])
            assert b" 200 OK" in connection.recv(MEGABYTE)


def test_its_memory_is_steady(web: Web) -> None:
    for body in (BOMB, DEEP, WIDE, b"\xff" * 100_000):
        web.post(body)
    before = web.memory()
    for _ in range(10):
        for body in (BOMB, DEEP, WIDE, b"\xff" * 100_000):
            web.post(body)
    assert web.memory() - before < MOST_GROWTH
