"""Files of the network as a source: http and https."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack

import aiohttp

from pumice import __version__
from pumice.dispatcher.download.files import BLOCK, Stream
from pumice.dispatcher.errors import InfrastructureError, JobError

TRIES = 10
"""How often a server is asked that fails in a way that may pass."""

_PASSING = frozenset({408, 413, *range(420, 430), *range(500, 600)})
_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=30, sock_read=60)
_LONGEST_PAUSE = 10.0


async def check(url: str, headers: Mapping[str, str]) -> None:
    """Ask whether there is something at the address, without downloading it.

    Raises JobError where there is nothing; a server that fails or cannot be reached now may be
    there later, so that is no error yet.
    """
    try:
        async with _session(headers) as session:
            async with session.head(url, allow_redirects=True) as answer:
                status = answer.status
            if status >= 400:
                # Not every server answers HEAD rightly.
                async with session.get(url) as answer:
                    status = answer.status
    except aiohttp.InvalidURL as error:
        raise JobError(f"'{url}' is not an address: {error}") from error
    except (aiohttp.ClientError, TimeoutError):
        return
    if status >= 400 and status not in _PASSING:
        raise JobError(f"Resource unavailable at '{url}' ({status})")


async def open_http(url: str, headers: Mapping[str, str], warn: Callable[[str], None]) -> Stream:
    """Ask for the file until its answer begins; ``warn`` is told of each try that failed.

    Raises JobError where it is not there, InfrastructureError where the server goes on failing.
    """
    pause, failure = 0.5, ""
    for tries_left in reversed(range(TRIES)):
        async with AsyncExitStack() as stack:
            try:
                session = await stack.enter_async_context(_session(headers))
                answer = await stack.enter_async_context(session.get(url))
            except aiohttp.InvalidURL as error:
                raise JobError(f"'{url}' is not an address: {error}") from error
            except (aiohttp.ClientError, TimeoutError) as error:
                failure = f"cannot reach '{url}': {error or type(error).__name__}"
            else:
                if answer.status < 400:
                    rest = stack.pop_all()
                    return Stream(answer.content_length, _blocks(url, answer, rest))
                failure = f"Resource unavailable at '{url}' ({answer.status})"
                if answer.status not in _PASSING:
                    raise JobError(failure)
        if not tries_left:
            break
        warn(f"{failure}; asked again in {pause:.1f} s")
        await asyncio.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)
    raise InfrastructureError(failure)


def _session(headers: Mapping[str, str]) -> aiohttp.ClientSession:
    # What is wanted are the bytes that the address holds: no encoding for the way.
    own = {"Accept-Encoding": "identity", "User-Agent": f"pumice/{__version__}"}
    return aiohttp.ClientSession(
        headers={**own, **headers}, timeout=_TIMEOUT, auto_decompress=False, trust_env=True
    )


async def _blocks(
    url: str, answer: aiohttp.ClientResponse, stack: AsyncExitStack
) -> AsyncIterator[bytes]:
    async with stack:
        try:
            while block := await answer.content.read(BLOCK):
                yield block
        except (aiohttp.ClientError, TimeoutError) as error:
            raise InfrastructureError(
                f"the download of '{url}' broke off: {error or type(error).__name__}"
            ) from error
