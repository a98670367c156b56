"""The server's doors for workers, as calls.

LAVA's worker protocol (token in the header ``LAVA-Token``, JSON answers, form bodies) and two
doors of Pumice's own: the push channel, and log uploads whose body is the spool as it stands.
Each call is one request with its own time limit; none retries. What the caller can act on is
in :mod:`pumice.worker.errors`.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote

import aiohttp
import orjson
import zstandard

from pumice import __version__
from pumice.wire.payload import InvalidPayload, JobPayload
from pumice.worker.errors import (
    BodyTooLarge,
    CannotStart,
    NoPushChannel,
    TryLater,
    UnknownJob,
    WrongPosition,
)

DOORS = "scheduler/internal/v1"
COMPRESS_ABOVE = 1024
"""Log bodies of more bytes than this are sent compressed."""
PUSH_SILENCE = 40.0
"""Seconds without a word after which the push channel counts as dead (it speaks every 15)."""

_MAX_ANSWER = 64 << 20
_CONNECT = 10.0
_TIMEOUT = 20.0
_UPLOAD_TIMEOUT = 120.0


@dataclass(frozen=True, slots=True)
class JobRef:
    """A job as the server names it to its worker: id, and the token that opens its doors."""

    id: int
    token: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A ping's answer: the jobs to start, to cancel, and those that should be running."""

    start: tuple[JobRef, ...]
    cancel: tuple[JobRef, ...]
    running: tuple[JobRef, ...]


@dataclass(frozen=True, slots=True)
class Ending:
    """How a job ended: ``pass`` or ``fail``, error type where it failed, text for people."""

    result: str
    error_type: str = ""
    errors: str = ""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes

    def json(self) -> Any:
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None

    def error(self) -> str:
        """What the server says is wrong, short enough for a log line."""
        answer = self.json()
        if isinstance(answer, dict) and "error" in answer:
            return f"{self.status}: {cast('dict[str, Any]', answer)['error']}"
        return f"{self.status}: {self.body[:200].decode(errors='replace')!r}"


def session() -> aiohttp.ClientSession:
    """A session for a :class:`ServerLink`: any number of requests at once, none redirected."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=30),
        headers={"User-Agent": f"pumice-worker {__version__}", "Accept": "application/json"},
        cookie_jar=aiohttp.DummyCookieJar(),
    )


class ServerLink:
    """One worker's way to its server. All calls raise TryLater where nothing else is said."""

    def __init__(self, http: aiohttp.ClientSession, url: str, name: str, token: str) -> None:
        self._http = http
        self._root = f"{url.rstrip('/')}/{DOORS}"
        self._name = name
        self._door = f"workers/{quote(name, safe='')}"
        self._token = token

    async def ping(self) -> Listing:
        """Tell the server that this worker lives, and learn what it should be doing."""
        answer = await self._request(
            "GET", f"{self._door}/", self._token, params={"version": __version__}
        )
        if answer.status != 200:
            raise TryLater(f"the server answered the ping with {answer.error()}")
        lists = answer.json()
        if not isinstance(lists, dict):
            raise TryLater("the server answered the ping with something else than its lists")
        fields = cast("dict[str, object]", lists)
        return Listing(*(_refs(fields.get(key)) for key in ("start", "cancel", "running")))

    async def fetch(self, job: JobRef) -> JobPayload:
        """What the job consists of. Raises UnknownJob; CannotStart where it is no payload."""
        answer = await self._request("GET", f"jobs/{job.id}/", job.token)
        self._expect_known(answer, job)
        try:
            return JobPayload.from_json(answer.json())
        except InvalidPayload as error:
            raise CannotStart(str(error)) from error

    async def running(self, job: JobRef) -> None:
        """Say that the job has started; saying it again is harmless. Raises UnknownJob."""
        answer = await self._request(
            "POST", f"jobs/{job.id}/", job.token, form={"state": "RUNNING"}
        )
        self._expect_known(answer, job)

    async def finished(self, job: JobRef, ending: Ending, description: str) -> None:
        """Say how the job ended, with the text of its plan. Raises UnknownJob."""
        form = {
            "state": "FINISHED",
            "result": ending.result,
            "error_type": ending.error_type,
            "errors": ending.errors.replace("\0", "\ufffd"),
            "description": description.replace("\0", "\ufffd"),
        }
        answer = await self._request("POST", f"jobs/{job.id}/", job.token, form=form)
        self._expect_known(answer, job)

    async def upload(self, job: JobRef, index: int, lines: list[bytes]) -> int:
        """Send spool lines (without newline), the first of them the job's ``index``-th record.

        Returns how many of them the server has taken. Raises UnknownJob, BodyTooLarge, and
        WrongPosition where the server lacks records before these.
        """
        body = b"".join(line + b"\n" for line in lines)
        headers = {"Content-Type": "application/yaml"}
        if len(body) > COMPRESS_ABOVE:
            body = zstandard.ZstdCompressor(level=3).compress(body)
            headers["Content-Encoding"] = "zstd"
        answer = await self._request(
            "POST",
            f"jobs/{job.id}/logs/",
            job.token,
            params={"index": str(index)},
            data=body,
            headers=headers,
            seconds=_UPLOAD_TIMEOUT,
        )
        if answer.status == 413:
            raise BodyTooLarge(f"job {job.id}: {len(lines)} records in {len(body)} bytes")
        if answer.status == 400 and index > 0 and "Invalid 'index'" in answer.error():
            raise WrongPosition(f"the server answered for job {job.id} with {answer.error()}")
        self._expect_known(answer, job)
        reply = answer.json()
        count = cast("dict[str, object]", reply).get("line_count") if isinstance(reply, dict) else 0
        if not isinstance(count, int) or not 0 < count <= len(lines):
            raise TryLater(f"the server took {count!r} of {len(lines)} records")
        return count

    async def pushes(self) -> AsyncGenerator[dict[str, Any], None]:
        """What the server says on the push channel, until it ends or falls silent.

        The first message comes at once. Raises NoPushChannel where the server has none.
        """
        timeout = aiohttp.ClientTimeout(sock_connect=_CONNECT, sock_read=PUSH_SILENCE)
        url = f"{self._root}/{self._door}/push/"
        try:
            async with self._http.get(
                url,
                headers={"LAVA-Token": self._token, "Accept": "application/x-ndjson"},
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                if response.status == 404:
                    raise NoPushChannel(url)
                if response.status != 200:
                    raise TryLater(f"the push channel answered {response.status}")
                async for line in response.content:
                    with contextlib.suppress(orjson.JSONDecodeError):
                        message = orjson.loads(line)
                        if isinstance(message, dict):
                            yield cast("dict[str, Any]", message)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise TryLater(f"the push channel broke: {_reason(error)}") from error

    async def register(self) -> str:
        """Ask for a token of this worker's own, as LAVA's workers do without one."""
        answer = await self._request("POST", "workers/", None, form={"name": self._name})
        reply = answer.json()
        token = cast("dict[str, object]", reply).get("token") if isinstance(reply, dict) else None
        if answer.status != 200 or not isinstance(token, str):
            raise TryLater(f"the server does not register this worker: {answer.error()}")
        return token

    @staticmethod
    def _expect_known(answer: _Answer, job: JobRef) -> None:
        if answer.status == 200:
            return
        if answer.status == 404 and answer.json() == {"error": f"Unknown job '{job.id}'"}:
            raise UnknownJob(f"the server does not know job {job.id}")
        raise TryLater(f"the server answered for job {job.id} with {answer.error()}")

    async def _request(
        self,
        method: str,
        path: str,
        token: str | None,
        *,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        seconds: float = _TIMEOUT,
    ) -> _Answer:
        every = {**(headers or {}), **({"LAVA-Token": token} if token is not None else {})}
        limits = aiohttp.ClientTimeout(total=seconds, sock_connect=_CONNECT)
        try:
            async with self._http.request(
                method,
                f"{self._root}/{path}",
                params=params,
                data=form if form is not None else data,
                headers=every,
                timeout=limits,
                allow_redirects=False,
            ) as response:
                return _Answer(response.status, await _read(response.content))
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise TryLater(f"the server cannot be reached: {_reason(error)}") from error


async def _read(content: aiohttp.StreamReader) -> bytes:
    blocks: list[bytes] = []
    size = 0
    while block := await content.readany():
        size += len(block)
        if size > _MAX_ANSWER:
            raise TryLater(f"the server's answer is larger than {_MAX_ANSWER} bytes")
        blocks.append(block)
    return b"".join(blocks)


def _refs(entries: object) -> tuple[JobRef, ...]:
    found: list[JobRef] = []
    for entry in cast("list[object]", entries) if isinstance(entries, list) else []:
        if isinstance(entry, dict):
            fields = cast("dict[str, object]", entry)
            number, token = fields.get("id"), fields.get("token")
            if isinstance(number, int) and number > 0 and isinstance(token, str):
                found.append(JobRef(number, token))
    return tuple(found)


def _reason(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
