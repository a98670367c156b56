"""Files of the network as a source: http and https.

Source of the format of ranges and validators: RFC 9110, sections 8.8, 13.1.5 and 14.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import aiohttp
from yarl import URL

from pumice import __version__
from pumice.dispatcher.download.files import BLOCK
from pumice.dispatcher.errors import InfrastructureError, JobError


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server is waited for, in seconds.

    ``tries`` tells how often it is asked without anything new, ``pause`` how long is waited
    after the first try; it doubles up to ``longest_pause``. ``silence`` is the longest time
    without a byte.
    """

    tries: int = 10
    pause: float = 0.5
    longest_pause: float = 10.0
    connect: float = 30.0
    silence: float = 60.0


PATIENCE = Patience()
"""What every download uses."""

_PASSING = frozenset({408, 413, *range(420, 430), *range(500, 600)})
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


async def check(url: str, headers: Mapping[str, str], name: str) -> None:
    """Ask whether there is something at the address, without downloading it.

    ``name`` is what messages call the file: addresses may hold passwords. Raises JobError where
    there is nothing; a server that fails or cannot be reached now may be there later, so that is
    no error yet.
    """
    try:
        async with _session(headers) as session:
            async with session.head(_address(url, headers), allow_redirects=True) as answer:
                status = answer.status
            if status >= 400:
                # Not every server answers HEAD rightly.
                async with session.get(_address(url, headers)) as answer:
                    status = answer.status
    except aiohttp.InvalidURL as error:
        raise JobError(f"'{name}' is not an address") from error
    except (aiohttp.ClientError, TimeoutError):
        return
    if status >= 400 and status not in _PASSING:
        raise JobError(f"Resource unavailable at '{name}' ({status})")


class _Failed(Exception):
    """This try brought no file; ``lasting`` tells that another one brings none either."""

    def __init__(self, message: str, *, lasting: bool = False) -> None:
        super().__init__(message)
        self.lasting = lasting


class HttpSource:
    """A file of a server; a transfer that breaks off goes on where it was, if the server can."""

    def __init__(
        self,
        name: str,
        addresses: Sequence[str],
        headers: Mapping[str, str],
        *,
        warn: Callable[[str], None],
        void: Callable[[], None],
    ) -> None:
        """The addresses are asked in turn: each but the last only as long as it does not fail.

        ``name`` is what messages call the file: addresses may hold passwords. ``warn`` is told of
        each try that failed; ``void`` is called where the file begins again, so that what came
        before counts for nothing.
        """
        self.length: int | None = None
        self._name = name
        self._addresses = list(addresses)
        self._headers = headers
        self._warn = warn
        self._void = void
        self._came = 0
        self._validator = ""

    async def blocks(self) -> AsyncGenerator[bytes]:
        """The file's bytes as they come.

        Raises JobError where it is not there, InfrastructureError where the server goes on
        failing.
        """
        tries_left, pause, most = PATIENCE.tries, PATIENCE.pause, 0
        while True:
            url = self._addresses[0]
            try:
                async with AsyncExitStack() as stack:
                    answer = await self._ask(url, stack)
                    while block := await answer.content.read(BLOCK):
                        self._came += len(block)
                        yield block
                    return
            except aiohttp.InvalidURL as error:
                raise JobError(f"'{self._name}' is not an address") from error
            except (aiohttp.ClientError, TimeoutError) as error:
                failure = self._failure(error)
            except _Failed as error:
                failure = error
            if len(self._addresses) > 1:
                self._addresses.pop(0)
                self._validator = ""
                self._warn(f"{failure}, from the http cache; the server is asked instead")
                continue
            if failure.lasting:
                raise JobError(str(failure)) from failure
            if self._came > most:
                tries_left, pause, most = PATIENCE.tries, PATIENCE.pause, self._came
            tries_left -= 1
            if not tries_left:
                raise InfrastructureError(str(failure)) from failure
            self._warn(f"{failure}; asked again in {pause:.1f} s")
            await asyncio.sleep(pause)
            pause = min(2 * pause, PATIENCE.longest_pause)

    def _failure(self, error: Exception) -> _Failed:
        why = str(error) or type(error).__name__
        if self._came:
            return _Failed(
                f"the download of '{self._name}' broke off after {self._came} bytes: {why}"
            )
        return _Failed(f"cannot reach '{self._name}': {why}")

    async def _ask(self, url: str, stack: AsyncExitStack) -> aiohttp.ClientResponse:
        """Ask for the file, or for what is missing of it, until the answer begins."""
        session = await stack.enter_async_context(_session(self._headers))
        rest: dict[str, str] = {}
        if self._came and self._validator:
            rest = {"Range": f"bytes={self._came}-", "If-Range": self._validator}
        address = _address(url, self._headers)
        answer = await stack.enter_async_context(session.get(address, headers=rest))
        if answer.status == 206 and rest:
            self._expect_rest(answer)
            return answer
        if answer.status >= 400:
            # A range that is not there: the next try asks for the whole file.
            beyond = answer.status == 416 and bool(rest)
            if beyond:
                self._validator = ""
            raise _Failed(
                f"Resource unavailable at '{self._name}' ({answer.status})",
                lasting=answer.status not in _PASSING and not beyond,
            )
        if self._came:
            self._came = 0
            self._void()
        self.length = answer.content_length
        self._validator = _validator(answer.headers)
        return answer

    def _expect_rest(self, answer: aiohttp.ClientResponse) -> None:
        found = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
        if (
            found is None
            or int(found[1]) != self._came
            or (found[2] != "*" and self.length is not None and int(found[2]) != self.length)
        ):
            self._validator = ""
            raise _Failed(f"'{self._name}' sent another part than the one that was asked for")


def _validator(headers: Mapping[str, str]) -> str:
    """What ``If-Range`` may hold: a strong ETag, or a date that is old enough to be as good."""
    if headers.get("Accept-Ranges", "").lower() == "none":
        return ""
    tag = headers.get("ETag", "")
    if tag and not tag.startswith("W/"):
        return tag
    changed = headers.get("Last-Modified", "")
    try:
        age = parsedate_to_datetime(headers.get("Date", "")) - parsedate_to_datetime(changed)
    except (TypeError, ValueError):
        return ""
    return changed if age.total_seconds() >= 1 else ""


def _address(url: str, headers: Mapping[str, str]) -> URL:
    """The address as it is written, where it can be: a server may tell %2F from /.

    Raises aiohttp.InvalidURL.
    """
    try:
        address = URL(url, encoded=url.isascii() and url.isprintable() and " " not in url)
        if address.host and address.port:
            # Only one of them can be sent: what the job says in full is meant.
            given = any(name.lower() == "authorization" for name in headers)
            return address.with_user(None) if given else address
    except ValueError as error:
        raise aiohttp.InvalidURL(url) from error
    raise aiohttp.InvalidURL(url)


def _session(headers: Mapping[str, str]) -> aiohttp.ClientSession:
    # What is wanted are the bytes that the address holds: no encoding for the way.
    own = {"Accept-Encoding": "identity", "User-Agent": f"pumice/{__version__}"}
    timeout = aiohttp.ClientTimeout(
        total=None, sock_connect=PATIENCE.connect, sock_read=PATIENCE.silence
    )
    return aiohttp.ClientSession(
        headers={**own, **headers}, timeout=timeout, auto_decompress=False, trust_env=True
    )
