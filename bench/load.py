"""A small HTTP load: some connections, one request at a time on each, for some seconds."""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Request:
    """A request, sent again and again."""

    method: str
    path: str
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()

    def encode(self, host: str) -> bytes:
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: {host}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.body


@dataclass(frozen=True)
class Figures:
    """Requests a second, and the median and 95th percentile of their time in milliseconds."""

    rate: float
    median: float
    p95: float
    errors: int


async def _answer(reader: asyncio.StreamReader) -> bytes:
    """Read one answer; its head."""
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            await reader.readexactly(int(line[15:]))
            return head
    while (size := int(await reader.readline(), 16)) > 0:
        await reader.readexactly(size + 2)
    await reader.readline()
    return head


async def _connection(host: str, port: int, data: bytes, until: float, times: list[float]) -> int:
    reader, writer = await asyncio.open_connection(host, port)
    errors = 0
    while (start := time.perf_counter()) < until:
        writer.write(data)
        async with asyncio.timeout(60):
            head = await _answer(reader)
        times.append(time.perf_counter() - start)
        errors += not head.startswith((b"HTTP/1.1 200", b"HTTP/1.0 200"))
    writer.close()
    return errors


async def run(
    host: str,
    port: int,
    request: Request,
    connections: int,
    seconds: float,
    warm_up: float = 1,
) -> Figures:
    """Measure, after some seconds of warming up."""
    data, until = request.encode(f"{host}:{port}"), time.perf_counter() + warm_up
    await asyncio.gather(*(_connection(host, port, data, until, []) for _ in range(connections)))
    times: list[float] = []
    start = time.perf_counter()
    errors = await asyncio.gather(
        *(_connection(host, port, data, start + seconds, times) for _ in range(connections))
    )
    elapsed = time.perf_counter() - start
    times.sort()
    return Figures(
        rate=len(times) / elapsed,
        median=statistics.median(times) * 1000,
        p95=times[int(len(times) * 0.95)] * 1000,
        errors=sum(errors),
    )
