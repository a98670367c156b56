"""A server with worker doors only: one worker, and jobs that a test adds.

Speaks LAVA's worker protocol and Pumice's two additions (push channel, spool uploads), checks
tokens, moves jobs through their states and keeps records by position, all in memory.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
import zstandard
from aiohttp import web

from pumice.wire import loglines
from pumice.wire.payload import JobPayload
from pumice.wire.states import JobState

DOORS = "/scheduler/internal/v1"
PING, FETCH, STATE, LOGS, PUSH, REGISTER = "ping", "fetch", "state", "logs", "push", "register"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class ServedJob:
    """One job as the server sees it: ``records`` in order, ``endings`` as often as reported."""

    id: int
    payload: JobPayload
    state: JobState
    token: str = field(default_factory=lambda: secrets.token_hex(16))
    records: list[loglines.LogLine] = field(default_factory=list[loglines.LogLine])
    endings: list[dict[str, str]] = field(default_factory=list[dict[str, str]])

    def messages(self, level: str = "info") -> list[Any]:
        """What the job's records of a level say."""
        return [record.msg for record in self.records if record.lvl == level]


class WorkerServer:
    """The double. Use it as an asynchronous context manager; ``url`` is then its address.

    ``journal`` tells what came in, in order: ``push``, ``ping``, ``fetch 1``, ``running 1``,
    ``logs 1 0+5`` (five records from position 0), ``finished 1``, ``register NAME``.
    """

    def __init__(self, name: str = "worker", token: str = "a-worker's-token") -> None:  # noqa: S107
        self.name = name
        self.token = token
        self.jobs: dict[int, ServedJob] = {}
        self.journal: list[str] = []
        self.encodings: list[str] = []
        self.has_push = True
        self.registers = False
        self.largest_body: int | None = None
        self._port = 0
        self._refused: dict[str, list[int]] = {}
        self._cut: Counter[str] = Counter()
        self._held: dict[str, asyncio.Event] = {}
        self._delayed: dict[str, asyncio.Event] = {}
        self._changed = asyncio.Event()
        self._pushes: set[asyncio.Queue[dict[str, Any] | None]] = set()
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """The address for a worker's ``url``."""
        return f"http://127.0.0.1:{self._port}"

    async def __aenter__(self) -> WorkerServer:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen, on the same port as before where there was one."""
        application = web.Application(client_max_size=64 << 20)
        for method, path, door, handler in (
            ("POST", "/workers/", REGISTER, self._register),
            ("GET", "/workers/{name}/", PING, self._ping),
            ("GET", "/workers/{name}/push/", PUSH, self._push),
            ("GET", "/jobs/{id}/", FETCH, self._fetch),
            ("POST", "/jobs/{id}/", STATE, self._state),
            ("POST", "/jobs/{id}/logs/", LOGS, self._logs),
        ):
            application.router.add_route(method, f"{DOORS}{path}", self._through(door, handler))
        self._runner = web.AppRunner(
            application, shutdown_timeout=0.1, auto_decompress=False, access_log=None
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Go away, as a server that is shut down or killed: connections break."""
        for queue in self._pushes:
            queue.put_nowait(None)
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def add(
        self,
        definition: str,
        *,
        state: JobState = JobState.SCHEDULED,
        device: str = "hostname: fake",
        dispatcher: str = "",
        env: str = "",
        env_dut: str = "",
    ) -> ServedJob:
        """Give the worker a job, and tell it so on the push channel."""
        payload = JobPayload(definition, device, dispatcher, env, env_dut)
        job = ServedJob(max(self.jobs, default=0) + 1, payload, state)
        self.jobs[job.id] = job
        self.push({"ping": True})
        return job

    def cancel(self, job: ServedJob) -> None:
        """Move the job to Canceling, and tell the worker so."""
        job.state = JobState.CANCELING
        self.push({"ping": True})

    def forget(self, job: ServedJob) -> None:
        """The job was deleted: all its doors answer 404 from now on."""
        del self.jobs[job.id]

    def push(self, message: dict[str, Any]) -> None:
        """Say something on every open push channel."""
        for queue in self._pushes:
            queue.put_nowait(message)

    def refuse(self, door: str, *statuses: int) -> None:
        """Answer the next requests at a door with these statuses, and do nothing else."""
        self._refused.setdefault(door, []).extend(statuses)

    def cut(self, door: str, times: int = 1) -> None:
        """Do what the next requests at a door ask for, then cut them off without an answer."""
        self._cut[door] += times

    def hold(self, door: str) -> asyncio.Event:
        """Let the next request at a door wait until the event is set."""
        self._held[door] = asyncio.Event()
        return self._held[door]

    def delay(self, door: str) -> asyncio.Event:
        """Do what the next request at a door asks for; answer only when the event is set."""
        self._delayed[door] = asyncio.Event()
        return self._delayed[door]

    async def until(self, condition: Callable[[], bool], seconds: float = 15.0) -> None:
        """Wait until something that came in makes the condition true. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    def _note(self, what: str) -> None:
        self.journal.append(what)
        self._changed.set()

    def _through(self, door: str, handler: Handler) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            if refused := self._refused.get(door):
                self._note(f"refused {door}")
                return web.Response(status=refused.pop(0), text="refused by the test")
            if (release := self._held.pop(door, None)) is not None:
                self._note(f"held {door}")
                await release.wait()
            response = await handler(request)
            if (release := self._delayed.pop(door, None)) is not None:
                self._note(f"delayed {door}")
                await release.wait()
            if self._cut[door]:
                self._cut[door] -= 1
                self._note(f"cut {door}")
                if request.transport is not None:
                    request.transport.abort()
            return response

        return handle

    async def _register(self, request: web.Request) -> web.Response:
        name = str((await request.post()).get("name", ""))
        self._note(f"register {name}")
        if not self.registers:
            return _error(403, "Auto registration is disabled")
        return web.json_response({"name": name, "token": self.token})

    def _worker_error(self, request: web.Request) -> web.Response | None:
        name = request.match_info["name"]
        if name != self.name:
            return _error(404, f"Unknown worker '{name}'")
        return _token_error(request, self.token)

    async def _ping(self, request: web.Request) -> web.Response:
        if (error := self._worker_error(request)) is not None:
            return error
        if "version" not in request.query:
            return _error(400, "Missing 'version'")
        lists = {
            key: [
                {"id": job.id, "token": job.token}
                for job in self.jobs.values()
                if job.state is state
            ]
            for key, state in (
                ("cancel", JobState.CANCELING),
                ("running", JobState.RUNNING),
                ("start", JobState.SCHEDULED),
            )
        }
        self._note("ping")
        return web.json_response(lists)

    async def _push(self, request: web.Request) -> web.StreamResponse:
        if not self.has_push:
            return web.Response(status=404)
        if (error := self._worker_error(request)) is not None:
            return error
        response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
        await response.prepare(request)
        queue: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        queue.put_nowait({"ping": True})
        self._pushes.add(queue)
        self._note("push")
        try:
            while (message := await queue.get()) is not None:
                await response.write(orjson.dumps(message) + b"\n")
        finally:
            self._pushes.discard(queue)
        return response

    def _job(self, request: web.Request) -> ServedJob | web.Response:
        number = request.match_info["id"]
        job = self.jobs.get(int(number))
        if job is None:
            return _error(404, f"Unknown job '{number}'")
        return _token_error(request, job.token) or job

    async def _fetch(self, request: web.Request) -> web.Response:
        job = self._job(request)
        if isinstance(job, web.Response):
            return job
        self._note(f"fetch {job.id}")
        return web.json_response(job.payload.as_json())

    async def _state(self, request: web.Request) -> web.Response:
        form = {key: str(value) for key, value in (await request.post()).items()}
        job = self._job(request)
        if isinstance(job, web.Response):
            return job
        match form.get("state"):
            case "RUNNING":
                if job.state < JobState.RUNNING:
                    job.state = JobState.RUNNING
                self._note(f"running {job.id}")
            case "FINISHED":
                job.state = JobState.FINISHED
                job.endings.append(form)
                self._note(f"finished {job.id}")
            case other:
                return _error(400, f"Invalid state '{other}'")
        return web.json_response({})

    async def _logs(self, request: web.Request) -> web.Response:
        job = self._job(request)
        if isinstance(job, web.Response):
            return job
        body = await request.read()
        if self.largest_body is not None and len(body) > self.largest_body:
            self._note(f"too large {job.id}")
            return web.Response(status=413, text="too large")
        encoding = request.headers.get("Content-Encoding", "")
        self.encodings.append(encoding)
        if encoding == "zstd":
            body = zstandard.ZstdDecompressor().decompress(body)
        index = int(request.query["index"])
        lines = body.splitlines()
        if index > len(job.records) or not all(line.startswith(b"- ") for line in lines):
            return _error(400, "Invalid 'index'")
        known = len(job.records) - index
        job.records.extend(loglines.decode(line) for line in lines[known:])
        self._note(f"logs {job.id} {index}+{len(lines)}")
        return web.json_response({"line_count": len(lines)})


def _error(status: int, text: str) -> web.Response:
    return web.json_response({"error": text}, status=status)


def _token_error(request: web.Request, token: str) -> web.Response | None:
    given = request.headers.get("LAVA-Token")
    if given is None:
        return _error(400, "Missing 'token'")
    return None if secrets.compare_digest(given, token) else _error(400, "Invalid 'token'")
