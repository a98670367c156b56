"""The cache of downloads, and the lab's http cache: what dispatcher.yaml says of both.

A folder that all jobs of a worker share. A file is kept as it was sent, under the checksum that
a job gave for it, and is checked again whenever it is used. Files come into the folder whole (by
renaming), so that jobs that run at the same time do not see each other's halves. Where the files
together are larger than the limit, those go that were not used for the longest time.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

from pumice.dispatcher.errors import ConfigurationError
from pumice.dispatcher.journal import Files, Journal
from pumice.dispatcher.report import Report

DEFAULT_SIZE = "20G"
_KINDS = ("sha512", "sha256")
"""The checksums that are safe as a name; nobody can make another file with the same one."""

_NEW = ".new-"
_ABANDONED = 24 * 3600.0
_SIZE = re.compile(r"(\d+)\s*([KMGT]?)(?:i?B)?", re.I)
_UNITS = {"": 0, "K": 10, "M": 20, "G": 30, "T": 40}


@dataclass(frozen=True, slots=True)
class Cache:
    """The folder and its limit in bytes."""

    folder: Path
    limit: int

    def path(self, name: str) -> Path | None:
        """The file of this name, or None; it counts as used now."""
        path = self.folder / name
        try:
            os.utime(path)
        except OSError:
            return None
        return path

    def drop(self, name: str) -> None:
        """Remove a file that is not what its name says. Raises OSError."""
        (self.folder / name).unlink(missing_ok=True)

    def shrink(self) -> None:
        """Remove what is beyond the limit, and what jobs that were killed left. Raises OSError."""
        found: list[tuple[float, int, Path]] = []
        for entry in self.folder.iterdir():
            try:
                about = entry.stat()
            except FileNotFoundError:
                continue  # another job has removed it
            if not entry.name.startswith(_NEW):
                found.append((about.st_mtime, about.st_size, entry))
            elif about.st_mtime < time.time() - _ABANDONED:
                entry.unlink(missing_ok=True)
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if total <= self.limit:
                break
            path.unlink(missing_ok=True)
            total -= size


class Newcomer:
    """A file on its way into the cache.

    What goes wrong with it is a warning: the job has the file all the same.
    """

    def __init__(self, cache: Cache, name: str, report: Report, journal: Journal) -> None:
        self._cache = cache
        self._name = name
        self._report = report
        self._descriptor = -1
        self._size = 0
        self._path = cache.folder / f"{_NEW}{secrets.token_hex(8)}"
        self._journal = journal
        journal.note(Files(str(self._path)))
        try:
            cache.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            self._failed(error)

    def take(self, block: bytes) -> None:
        """Add a block."""
        if self._descriptor < 0:
            return
        self._size += len(block)
        if self._size > self._cache.limit:
            self.discard()
            return
        try:
            view = memoryview(block)
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError as error:
            self._failed(error)

    def restart(self) -> None:
        """Begin again."""
        if self._descriptor < 0:
            return
        self._size = 0
        try:
            os.ftruncate(self._descriptor, 0)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
        except OSError as error:
            self._failed(error)

    def keep(self) -> None:
        """Put the file into the cache: it is whole and checked."""
        if self._descriptor < 0:
            return
        try:
            os.close(self._descriptor)
            self._descriptor = -1
            self._path.rename(self._cache.folder / self._name)
            self._journal.done(Files(str(self._path)))
            self._cache.shrink()
        except OSError as error:
            self._failed(error)

    def discard(self) -> None:
        """Leave nothing behind; after :meth:`keep` nothing happens."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
            self._path.unlink(missing_ok=True)
        if not os.path.lexists(self._path):
            self._journal.done(Files(str(self._path)))

    def _failed(self, error: OSError) -> None:
        self._report.warning(f"the file is not cached: {error}")
        self.discard()


def cache_of(lab: Mapping[str, Any]) -> Cache | None:
    """The cache that dispatcher.yaml names, or None. Raises ConfigurationError."""
    folder = lab.get("download_cache_directory")
    if not folder:
        return None
    text = str(lab.get("download_cache_size") or DEFAULT_SIZE)
    found = _SIZE.fullmatch(text.strip())
    if found is None or not Path(str(folder)).is_absolute():
        raise ConfigurationError(
            "dispatcher.yaml: 'download_cache_directory' is an absolute path, and "
            f"'download_cache_size' a size such as 500M or 20G, not {text!r} for {folder!r}"
        )
    return Cache(Path(str(folder)), int(found[1]) << _UNITS[found[2].upper()])


def name_of(sums: Mapping[str, str]) -> str:
    """The name under which a file with these checksums is kept; empty where it is not."""
    return next((f"{kind}-{sums[kind]}" for kind in _KINDS if kind in sums), "")


def addresses(url: str, lab: Mapping[str, Any]) -> list[str]:
    """Where to ask for the file of an http address: the lab's http cache, if it has one for it.

    ``http_url_format_string`` makes the cache's address, with the quoted address for ``%s``. Only
    addresses are changed that match one of ``http_cache_include_rules``, where there are any, and
    none of ``http_cache_exclude_rules``: regular expressions that are searched in the address.
    With ``http_cache_fallback_origin_url`` the address itself follows. Raises ConfigurationError.
    """
    form = str(lab.get("http_url_format_string") or "")
    include = _rules(lab, "http_cache_include_rules")
    exclude = _rules(lab, "http_cache_exclude_rules")
    if not form or (include and not _any(include, url)) or _any(exclude, url):
        return [url]
    if form.count("%s") != 1:
        raise ConfigurationError(
            f"dispatcher.yaml: 'http_url_format_string' must hold one %s, not {form!r}"
        )
    cached = form.replace("%s", quote(url, safe=""))
    return [cached, url] if lab.get("http_cache_fallback_origin_url") else [cached]


def _rules(lab: Mapping[str, Any], key: str) -> list[re.Pattern[str]]:
    value: object = lab.get(key) or []
    entries = cast("list[object]", value) if isinstance(value, list) else [value]
    try:
        return [re.compile(str(entry)) for entry in entries]
    except re.error as error:
        raise ConfigurationError(f"dispatcher.yaml: {key!r} is wrong: {error}") from error


def _any(rules: Iterable[re.Pattern[str]], url: str) -> bool:
    return any(rule.search(url) for rule in rules)
