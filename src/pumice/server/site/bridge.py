"""Run a WSGI application behind ASGI, in a fixed pool of threads.

Each thread keeps its database connection. The body of a request is read before a thread is taken,
so a slow client holds none; an answer is sent in the pieces in which the application gives it.
"""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from typing import Any

from pumice.server.api.streams import Receive, Scope, Send, respond

MAX_BODY = 4 * 1024 * 1024
"""Bytes of a request; every door's own limit is smaller."""
_PIECE = 64 * 1024


class _Gone(Exception):
    """The client went before its request was whole."""


class _TooLarge(Exception):
    """The request's body is larger than any door accepts."""


class Bridge:
    """An ASGI application for HTTP requests that runs a WSGI application."""

    def __init__(self, application: Callable[..., Iterable[bytes]], executor: Executor) -> None:
        self._application = application
        self._executor = executor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await _body(receive)
        except _Gone:
            return
        except _TooLarge:
            # LAVA's XML-RPC door says 400, and its clients send a 413 again.
            status = 400 if scope["path"].strip("/") == "RPC2" else 413
            await respond(send, status, b"text/plain", b"Request body too large")
            return
        loop = asyncio.get_running_loop()
        answer = _Answer(loop, send)
        await loop.run_in_executor(
            self._executor, answer.run, self._application, _environ(scope, body)
        )
        await answer.finish()


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > MAX_BODY:
            raise _TooLarge
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


class _Answer:
    """Collects a small answer whole; sends a large one piece by piece, waiting for the client."""

    def __init__(self, loop: asyncio.AbstractEventLoop, send: Send) -> None:
        self._loop = loop
        self._send = send
        self._start: dict[str, Any] = {}
        self._rest = b""
        self._started = False

    def run(self, application: Callable[..., Iterable[bytes]], environ: dict[str, Any]) -> None:
        pieces = application(environ, self._start_response)
        try:
            waiting: list[bytes] = []
            size = 0
            for piece in pieces:
                waiting.append(piece)
                size += len(piece)
                if size >= _PIECE and not isinstance(pieces, list):
                    self._flush(b"".join(waiting))
                    waiting, size = [], 0
            self._rest = b"".join(waiting)
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()

    def _start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: object = None
    ) -> Callable[[bytes], None]:
        self._start = {
            "type": "http.response.start",
            "status": int(status[:3]),
            "headers": [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers],
        }
        return self._flush

    def _flush(self, data: bytes) -> None:
        asyncio.run_coroutine_threadsafe(self._piece(data, more=True), self._loop).result()

    async def _piece(self, data: bytes, *, more: bool) -> None:
        if not self._started:
            self._started = True
            await self._send(self._start)
        await self._send({"type": "http.response.body", "body": data, "more_body": more})

    async def finish(self) -> None:
        if not self._started:
            headers: list[tuple[bytes, bytes]] = self._start["headers"]
            if not any(name == b"content-length" for name, _ in headers):
                headers.append((b"content-length", str(len(self._rest)).encode()))
        await self._piece(self._rest, more=False)


def _environ(scope: Scope, body: bytes) -> dict[str, Any]:
    server = scope.get("server") or ("localhost", 80)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 80),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if scope.get("client"):
        environ["REMOTE_ADDR"] = scope["client"][0]
    for key, value in scope["headers"]:
        name = key.decode("latin-1").upper().replace("-", "_")
        if name == "CONTENT_LENGTH":
            continue
        if name != "CONTENT_TYPE":
            name = f"HTTP_{name}"
        text = value.decode("latin-1")
        environ[name] = f"{environ[name]},{text}" if name in environ else text
    return environ
