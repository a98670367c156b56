"""Which shape of the web server answers hot requests best: the figures behind the choice.

Shapes: uvicorn with our ASGI entry (streams native, all else in a pool of threads), with one and
two processes; granian with the same entry; and granian's WSGI workers, which would need a separate
process for streams. Each serves the same lab; each request is measured with one connection and with
eight.

Run: ``python -m bench.server_shape [--seconds 5] [--json FILE]`` (needs ``granian``).
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from bench.load import Figures, Request, run

_UVICORN = """
import socket, sys
from pathlib import Path
from pumice.server.site import processes
processes.configure(Path(sys.argv[1])); processes.load()
listening = socket.create_server(("127.0.0.1", int(sys.argv[2])), backlog=1024)
import os
for _ in range(int(sys.argv[3]) - 1):
    if os.fork() == 0: break
processes.serve_web(listening)
"""
_WSGI = "pumice.server.site.handlers:Handlers"
SHAPES: dict[str, list[str]] = {
    "uvicorn, ASGI, 1 process": [sys.executable, "-c", _UVICORN, "{dir}", "{port}", "1"],
    "uvicorn, ASGI, 2 processes": [sys.executable, "-c", _UVICORN, "{dir}", "{port}", "2"],
    "granian, ASGI, 2 workers": [
        "granian", "--interface", "asgi", "--workers", "2", "--port", "{port}",
        "pumice.server.site.asgi:application",
    ],
    "granian, WSGI, 2 workers of 4 threads": [
        "granian", "--interface", "wsgi", "--workers", "2", "--blocking-threads", "4",
        "--port", "{port}", "--factory", _WSGI,
    ],
}  # fmt: skip


def _call(name: str, token: str | None) -> Request:
    body = f"<?xml version='1.0'?><methodCall><methodName>{name}</methodName></methodCall>".encode()
    headers = [("Content-Type", "text/xml")]
    if token:
        basic = base64.b64encode(f"admin:{token}".encode()).decode()
        headers.append(("Authorization", f"Basic {basic}"))
    return Request("POST", "/RPC2", body, tuple(headers))


def _prepare(directory: Path) -> str:
    from pumice.server.site import processes

    processes.prepare(directory)
    from django.db import connections

    from pumice.server.site import bootstrap

    bootstrap.create_admin(directory, "http://127.0.0.1")
    connections.close_all()
    return str(json.loads((directory / "admin.json").read_text())["token"])


@contextlib.contextmanager
def _serving(command: list[str], directory: Path) -> Iterator[tuple[int, int]]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    words = [word.format(dir=directory, port=port) if "{" in word and "\n" not in word else word
             for word in command]  # fmt: skip
    if words[0] == "granian":
        words[0] = str(Path(sys.executable).with_name("granian"))
    environment = os.environ | {
        "PUMICE_DIR": str(directory),
        "DJANGO_SETTINGS_MODULE": "pumice.server.settings.django",
    }
    if "granian" in words[0]:
        words = [sys.executable, "-c",
                 "import django, runpy, sys; django.setup(); sys.argv = sys.argv[1:];"
                 "from granian.cli import entrypoint; entrypoint()", *words]  # fmt: skip
    process = subprocess.Popen(
        words, env=environment, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        _wait(port, process)
        yield port, process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if process.poll() is not None:
            raise SystemExit(process.communicate()[1].decode())
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/healthz/", timeout=2)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server did not answer within 20 s")


def _memory(group: int) -> float:
    """PSS of all processes of the group, in MB."""
    total = 0
    for path in Path("/proc").glob("[0-9]*/smaps_rollup"):
        with contextlib.suppress(OSError, ProcessLookupError):
            if os.getpgid(int(path.parent.name)) == group:
                total += sum(
                    int(line.split()[1])
                    for line in path.read_text().splitlines()
                    if line.startswith("Pss:")
                )
    return total / 1024


def measure(directory: Path, seconds: float) -> list[dict[str, object]]:
    """Figures of each shape and request."""
    token = _prepare(directory)
    requests = {
        "healthz": Request("GET", "/v1/healthz/"),
        "system.version": _call("system.version", token),
        "system.listMethods": _call("system.listMethods", token),
    }
    rows: list[dict[str, object]] = []
    for shape, command in SHAPES.items():
        with _serving(command, directory) as (port, pid):
            for name, request in requests.items():
                for connections in (1, 8):
                    figures: Figures = asyncio.run(
                        run("127.0.0.1", port, request, connections, seconds)
                    )
                    rows.append(
                        {
                            "shape": shape, "request": name, "connections": connections,
                            "rate": round(figures.rate), "median_ms": round(figures.median, 2),
                            "p95_ms": round(figures.p95, 2), "errors": figures.errors,
                            "pss_mb": round(_memory(pid)),
                        }
                    )  # fmt: skip
                    print("{shape:40} {request:20} {connections:2} {rate:6}/s {median_ms:7} ms "
                          "{p95_ms:7} ms  {errors} errors  {pss_mb} MB".format(**rows[-1]),
                          flush=True)  # fmt: skip
    return rows


def main() -> None:
    """Parse the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        rows = measure(Path(directory), options.seconds)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
