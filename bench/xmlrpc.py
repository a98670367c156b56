"""XML-RPC calls: their time alone, and how many a second for eight clients."""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import xmlrpc.client
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import foreign_lab
from bench.load import Figures, Request, run

CLIENTS = 8
_WARM_UP = 0.3
_START_SECONDS = 30


@dataclass
class Server:
    """A server that is measured: its name, its address, and what it can be asked for."""

    name: str
    port: int
    fixture: dict[str, Any]
    figures: dict[tuple[str, int], list[Figures]] = field(
        default_factory=dict[tuple[str, int], list[Figures]]
    )
    host: str = "127.0.0.1"

    def request(self, method: str) -> Request:
        """The request that makes a call, signed in."""
        arguments = {
            "scheduler.jobs.show": (self.fixture["job"],),
            "results.get_testjob_results_yaml": (self.fixture["job"],),
            "scheduler.jobs.submit": (self.fixture["definition"],),
        }.get(method, ())
        basic = base64.b64encode("{user}:{token}".format(**self.fixture).encode()).decode()
        headers = (("Content-Type", "text/xml"), ("Authorization", f"Basic {basic}"))
        return Request("POST", "/RPC2", xmlrpc.client.dumps(arguments, method).encode(), headers)

    def check(self, method: str) -> None:
        """Make the call once. Raises Fault where it is not answered with a result."""
        request = self.request(method)
        url = f"http://{self.host}:{self.port}{request.path}"
        made = urllib.request.Request(url, request.body, dict(request.headers))
        with urllib.request.urlopen(made, timeout=60) as answer:
            xmlrpc.client.loads(answer.read())

    def rate(self, method: str) -> float:
        """Calls a second of eight clients; the median of all rounds."""
        return statistics.median(found.rate for found in self.figures[method, CLIENTS])

    def median(self, method: str) -> float:
        """Milliseconds of a call alone; the median of all rounds."""
        return statistics.median(found.median for found in self.figures[method, 1])


METHODS = (
    "system.listMethods",
    "system.version",
    "scheduler.jobs.show",
    "scheduler.jobs.list",
    "scheduler.devices.list",
    "results.get_testjob_results_yaml",
    "scheduler.jobs.submit",
)


@contextlib.contextmanager
def ours(jobs: int, processes: int, database: str | None) -> Generator[Server]:
    """A filled lab and ``pumice web`` on it. ``database``: the URL of a PostgreSQL server."""
    kind = "PostgreSQL" if database else "SQLite"
    with (
        tempfile.TemporaryDirectory(prefix="pumice-bench-") as folder,
        _own_database(database, jobs) as url,
    ):
        environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
        environment |= {"DATABASE_URL": url} if url else {}
        environment["PUMICE_WEB_PROCESSES"] = str(processes)
        filled = subprocess.run(
            [sys.executable, "-m", "bench.filled_lab", folder, str(jobs)],
            env=environment, stdout=subprocess.PIPE, check=True,
        )  # fmt: skip
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = int(probe.getsockname()[1])
        web = subprocess.Popen(
            [sys.executable, "-m", "pumice", "web", "--dir", folder,
             "--listen", f"127.0.0.1:{port}"],
            env=environment, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            _wait(port, web)
            yield Server(f"{kind}, {jobs:,} jobs", port, json.loads(filled.stdout))
        finally:
            web.send_signal(signal.SIGTERM)
            web.wait(20)


@contextlib.contextmanager
def _own_database(server: str | None, jobs: int) -> Generator[str | None]:
    if server is None:
        yield None
        return
    import psycopg
    from psycopg import sql

    name = f"pumice_bench_{os.getpid()}_{jobs}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urllib.parse.urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
            connection.execute(drop.format(sql.Identifier(name)))


def _wait(port: int, web: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if web.poll() is not None:
            raise SystemExit(f"pumice web ended with {web.returncode}")
        with contextlib.suppress(OSError, urllib.error.URLError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/healthz/", timeout=2)
            return
        time.sleep(0.1)
    raise SystemExit(f"pumice web did not answer within {_START_SECONDS} s")


def measure(servers: list[Server], methods: list[str], rounds: int, seconds: float) -> None:
    """Fill in the servers' figures, alternately."""
    for number in range(rounds):
        for method in methods:
            for server in servers if number % 2 == 0 else servers[::-1]:
                server.check(method)
                request = server.request(method)
                for clients in (1, CLIENTS):
                    found = asyncio.run(
                        run(server.host, server.port, request, clients, seconds, _WARM_UP)
                    )
                    if found.errors:
                        raise SystemExit(f"{server.name}: {method} failed {found.errors} times")
                    server.figures.setdefault((method, clients), []).append(found)


def rows(servers: list[Server], methods: list[str], against: Server | None) -> list[dict[str, Any]]:
    """A row for each server and method; with ratios where there is a server to compare with."""
    made: list[dict[str, Any]] = []
    for method in methods:
        for server in servers:
            row: dict[str, Any] = {
                "method": method,
                "server": server.name,
                "median_ms": round(server.median(method), 2),
                "rate": round(server.rate(method), 1),
            }
            if against is not None and server is not against:
                row["times_as_fast"] = round(against.median(method) / server.median(method), 1)
                row["times_the_rate"] = round(server.rate(method) / against.rate(method), 1)
            made.append(row)
    return made


def show(made: list[dict[str, Any]]) -> None:
    """Print the rows as a table."""
    print(f"{'method':33} {'server':28} {'p50 ms':>8} {'req/s, 8':>9}  ratios")
    for row in made:
        ratios = ""
        if "times_as_fast" in row:
            ratios = "{times_as_fast:6}x {times_the_rate:6}x".format(**row)
        print("{method:33} {server:28} {median_ms:8} {rate:9}".format(**row), ratios)


def main() -> None:
    """Parse the command line and measure."""
    parser = argparse.ArgumentParser(prog="script/bench xmlrpc", description=__doc__)
    parser.add_argument("--against", metavar="URL", help="another LAVA-compatible server")
    parser.add_argument("--user", help="a superuser of that server")
    parser.add_argument("--token", help="their token")
    parser.add_argument("--label", help="what to call that server in the table")
    parser.add_argument("--jobs", type=int, action="append", help="default: 100, then 100000")
    parser.add_argument("--database", metavar="URL", action="append", default=[],
                        help="a PostgreSQL server, in addition to SQLite")  # fmt: skip
    parser.add_argument("--processes", type=int, default=2, help="of our web server")
    parser.add_argument("--only", metavar="REGEX", default="", help="only methods that match")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2, help="of each measurement")
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    if options.against and not (options.user and options.token):
        parser.error("--against needs --user and --token")
    methods = [method for method in METHODS if re.search(options.only, method)]
    against = None
    with contextlib.ExitStack() as stack:
        servers = [
            stack.enter_context(ours(jobs, options.processes, database))
            for database in (None, *options.database)
            for jobs in options.jobs or (100, 100_000)
        ]
        if options.against:
            parts = urllib.parse.urlsplit(str(options.against))
            fixture = foreign_lab.fill(options.against, options.user, options.token)
            against = Server(options.label or parts.netloc, parts.port or 80, fixture,
                             host=parts.hostname or "127.0.0.1")  # fmt: skip
            servers.append(against)
        measure(servers, methods, options.rounds, options.seconds)
    made = rows(servers, methods, against)
    show(made)
    if options.json:
        options.json.write_text(json.dumps(made, indent=1))


if __name__ == "__main__":
    main()
