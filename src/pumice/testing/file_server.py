"""An http server for a few files, which can be made to fail on purpose."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Served:
    """A file, and what goes wrong with it: each GET takes the next fault, then all is well.

    A fault is a status to answer with, ``("break", N)`` (close the connection after the first N
    bytes of the file), ``("stall", N)`` (send no more after them), or ``("change", content)``
    (the file is another one from now on). ``validator`` is ``etag``, ``weak``, ``date`` or empty;
    ``length`` is a size that the server claims wrongly; ``asked`` are the headers of each GET.
    """

    content: bytes
    faults: list[int | tuple[str, int] | tuple[str, bytes]] = field(
        default_factory=list[int | tuple[str, int] | tuple[str, bytes]]
    )
    validator: str = "etag"
    version: int = 1
    length: int | None = None
    asked: list[dict[str, str]] = field(default_factory=list[dict[str, str]])

    def headers(self) -> dict[str, str]:
        """What tells one version of the file from another."""
        now = 1_700_000_000
        match self.validator:
            case "etag":
                return {"ETag": f'"{self.version}"'}
            case "weak":
                return {"ETag": f'W/"{self.version}"'}
            case "date":
                return {"Last-Modified": formatdate(now + self.version, usegmt=True)}
            case _:
                return {}

    def rest_from(self, asked: dict[str, str]) -> int | None:
        """Where the part begins that the headers ask for, or None for the whole file."""
        if "Range" not in asked or asked.get("If-Range") not in self.headers().values():
            return None
        return int(asked["Range"].removeprefix("bytes=").removesuffix("-"))


class _Handler(BaseHTTPRequestHandler):
    server: FileServer  # type: ignore[assignment]

    def do_HEAD(self) -> None:
        self.send_response(200 if self._file() is not None else 404)
        self.end_headers()

    def do_GET(self) -> None:
        file = self._file()
        if file is None:
            self.send_error(404)
            return
        file.asked.append(dict(self.headers))
        end, stall = len(file.content), False
        match file.faults.pop(0) if file.faults else None:
            case int(status):
                self.send_error(status)
                return
            case ("change", bytes(content)):
                file.content, file.version = content, file.version + 1
                end = len(content)
            case (kind, int(place)):
                end, stall = place, kind == "stall"
            case _:
                pass
        self._send(file, end)
        if stall:
            self.wfile.flush()
            self.server.closing.wait(timeout=30)

    def _send(self, file: Served, end: int) -> None:
        rest = file.rest_from(dict(self.headers))
        begin, total = rest or 0, file.length or len(file.content)
        self.send_response(200 if rest is None else 206)
        if rest is not None:
            self.send_header("Content-Range", f"bytes {begin}-{total - 1}/{total}")
        for name, value in file.headers().items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(total - begin))
        self.end_headers()
        self.wfile.write(file.content[begin:end])

    def _file(self) -> Served | None:
        return self.server.files.get(self.path)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class FileServer(ThreadingHTTPServer):
    """Serves ``files`` by their path, for example ``/file``, while it is entered as a context."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, Served] = {}
        self.closing = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> FileServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self.shutdown()
        self._thread.join()
        self.server_close()

    def url(self, path: str) -> str:
        """The address of a path."""
        return f"http://127.0.0.1:{self.server_address[1]}{path}"
