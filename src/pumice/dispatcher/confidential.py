"""What of a job's definition nobody may read in its records, beside the board.

The values of ``secrets`` always; and where they have at least eight characters (a shorter one
would be found in half of all words): values of ``headers`` of downloads, passwords of ``login``
to a registry, passwords, tokens and signatures in addresses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

from pumice.definitions.blocks import as_map
from pumice.formats.addresses import apart

_SHORTEST = 8
_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s'\"<>]+", re.IGNORECASE)
_SECRET = re.compile(r"token|secret|passw|signature|api_?key|credential", re.IGNORECASE)
_HARMLESS = re.compile(r"accept|cache|content|user-agent|range|if-|host|referer", re.IGNORECASE)
"""Headers whose values are no secrets."""


def texts(job: Mapping[str, Any]) -> set[str]:
    """The texts to hide in the records of a job with this definition."""
    found = {str(value) for value in as_map(job.get("secrets")).values()}
    return found | {text for text in _derived(job) if len(text) >= _SHORTEST}


def _derived(value: Any) -> Iterator[str]:
    match value:
        case str():
            for address in _ADDRESS.findall(value):
                yield from _of_address(address)
        case Mapping():
            entries = cast("Mapping[Any, Any]", value)
            yield from _of_headers(as_map(entries.get("headers")))
            yield str(as_map(entries.get("login")).get("password") or "")
            for entry in entries.values():
                yield from _derived(entry)
        case list() | tuple():
            for entry in cast("Iterable[Any]", value):
                yield from _derived(entry)
        case _:
            return


def _of_headers(headers: Mapping[str, Any]) -> Iterator[str]:
    for name, value in headers.items():
        if not _HARMLESS.match(str(name)):
            # "Bearer WORD" is as secret as the word alone.
            yield from (str(value), *str(value).split())


def _of_address(address: str) -> Iterator[str]:
    _, account = apart(address)
    yield from (account.user, account.password)
    try:
        query = parse_qsl(urlsplit(address).query)
    except ValueError:
        return
    for name, value in query:
        if _SECRET.search(name):
            yield value
