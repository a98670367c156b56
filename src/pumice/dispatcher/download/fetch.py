"""Fetching one file: ``http-download``, ``file-download`` and the others, one for each scheme."""

from __future__ import annotations

import asyncio
import hashlib
import os
import tarfile
import time
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

from pumice.dispatcher.download import caching, files, programs
from pumice.dispatcher.download.caching import Newcomer
from pumice.dispatcher.download.files import BLOCK, FileSource, Source
from pumice.dispatcher.download.unpacking import SUFFIXES, Unpacker
from pumice.dispatcher.errors import InfrastructureError, JobError
from pumice.dispatcher.namespaces import Image
from pumice.dispatcher.step import Step
from pumice.formats.addresses import shown
from pumice.formats.durations import to_clock

_SAY_EVERY = 5.0


@dataclass(slots=True)
class _Sink:
    """Takes the bytes as they come: counts, sums, unpacks and writes them."""

    file: BinaryIO
    compression: str | None
    kinds: frozenset[str]
    newcomer: Newcomer | None = None
    size: int = 0
    unpacker: Unpacker | None = field(init=False, default=None)
    sums: dict[str, Any] = field(init=False, default_factory=dict[str, Any])

    def __post_init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self.size = 0
        self.unpacker = Unpacker(self.compression) if self.compression is not None else None
        self.sums = {kind: hashlib.new(kind) for kind in sorted(self.kinds)}

    def restart(self) -> None:
        """Forget what came: the file begins again."""
        self.file.seek(0)
        self.file.truncate()
        self._begin()
        if self.newcomer is not None:
            self.newcomer.restart()

    def take(self, block: bytes) -> None:
        """Take the next bytes. Raises OSError where the disk is full, JobError for wrong data."""
        self.size += len(block)
        for digest in self.sums.values():
            digest.update(block)
        if self.newcomer is not None:
            self.newcomer.take(block)
        if self.unpacker is None:
            self.file.write(block)
            return
        for piece in self.unpacker.feed(block):
            self.file.write(piece)


@dataclass(frozen=True, slots=True)
class _Order:
    """What is to be fetched: from where, to which file, and what it must be."""

    url: str
    path: Path
    compression: str | None
    wanted: Mapping[str, str]

    def mismatch(self, sums: Mapping[str, str]) -> str:
        """What is wrong with these checksums; empty where nothing is."""
        for kind, value in self.wanted.items():
            if sums[kind] != value:
                return (
                    f"{kind}sum for '{shown(self.url)}' does not match: found {sums[kind]}, "
                    f"the job says {value}"
                )
        return ""


async def reachable(step: Step) -> None:
    """Check that the address exists, as far as that can be seen without fetching it.

    Raises JobError where it does not, ConfigurationError where the worker lacks what it needs.
    """
    url = str(step.parameters["url"])
    step.report.debug(f"Validating that {shown(url)} exists")
    match urlsplit(url).scheme.lower():
        case "file":
            path = files.path_of(url)
            if not path.is_file():
                raise JobError(f"the file {path} does not exist on the worker")
        case "downloads":
            files.path_below(step.job.downloads(step.action.namespace), url)
        case "scp":
            programs.ssh_command(url)
        case "rclone":
            programs.rclone_command(url, step.job.lab)
        case _:
            # Imported where it is needed: it takes longer than all else of a job's start.
            from pumice.dispatcher.download import http

            # Behind a cache that falls back, the address itself is what must be there.
            address = _addresses(step, url)[-1]
            await http.check(address, step.parameters["headers"], shown(url))


async def download(step: Step) -> None:
    """Download the file into the job's folder; it becomes the namespace's image by its label.

    The file stays where ``place`` says, a path below the job's folder, or in one of its own.
    """
    label, url = str(step.parameters["label"]), str(step.parameters["url"])
    compression = unpacked(label, step.parameters["compression"])
    order = _Order(
        url=url,
        path=_folder(step) / name_of(url, compression),
        compression=compression,
        wanted=step.parameters["sums"],
    )
    step.report.info(f"downloading {shown(url)}")
    step.report.debug(f"saving as {order.path}")
    if compression is not None:
        step.report.debug(f"using {compression} to decompress")
    cached = await _from_cache(step, order)
    found = cached or await _from_origin(step, order)
    step.extra = {"label": label, "size": found.size, **{f"{k}sum": v for k, v in found.sums}}
    if cached is not None:
        step.extra["cached"] = True
    wrong = order.mismatch(dict(found.sums))
    if wrong:
        raise JobError(wrong)
    if step.parameters.get("archive") == "tar":
        await asyncio.to_thread(_expect_tar, order)
    step.state.images[label] = Image(order.path)


@dataclass(frozen=True, slots=True)
class _Found:
    """What came: its size before unpacking, and its checksums by kind."""

    size: int
    sums: tuple[tuple[str, str], ...]


async def _from_cache(step: Step, order: _Order) -> _Found | None:
    """Take the file from the cache of downloads, if it is there and what its name says."""
    name = caching.name_of(order.wanted)
    cache = caching.cache_of(step.job.lab) if step.parameters["use_cache"] and name else None
    path = cache.path(name) if cache is not None else None
    if cache is None or path is None:
        return None
    step.report.debug(f"the cache has it as {name}")
    found = await _fetch(step, order, lambda _: FileSource(path))
    if not order.mismatch(dict(found.sums)):
        return found
    step.report.warning("the cached file is damaged: it is removed and downloaded again")
    cache.drop(name)
    return None


async def _from_origin(step: Step, order: _Order) -> _Found:
    """Fetch the file from its address; it is put into the cache where there is one for it."""
    name = caching.name_of(order.wanted)
    cache = caching.cache_of(step.job.lab) if step.parameters["use_cache"] and name else None
    newcomer = None
    if cache is not None and urlsplit(order.url).scheme.lower() not in ("file", "downloads"):
        newcomer = Newcomer(cache, name, step.report, step.job.journal)
    try:
        found = await _fetch(step, order, lambda void: _source(step, order.url, void), newcomer)
        if newcomer is not None and not order.mismatch(dict(found.sums)):
            await asyncio.to_thread(newcomer.keep)
    finally:
        if newcomer is not None:
            newcomer.discard()
    return found


async def _fetch(
    step: Step,
    order: _Order,
    source: Callable[[Callable[[], None]], Source],
    newcomer: Newcomer | None = None,
) -> _Found:
    """Take all that a source gives; where that fails, what was at the path stays.

    The source may be that very file.
    """
    began = time.monotonic()
    kinds = frozenset({"sha256", *order.wanted})
    coming = order.path.with_name(f".{order.path.name}.part")
    try:
        with coming.open("wb") as file:
            sink = _Sink(file, order.compression, kinds, newcomer)
            await _receive(step, order, source(sink.restart), sink)
            found = tuple((kind, digest.hexdigest()) for kind, digest in sink.sums.items())
            # A wrong checksum explains more than what it does to the unpacking.
            right = not order.mismatch(dict(found))
            if sink.unpacker is not None and right:
                sink.unpacker.end()
        if right:
            coming.replace(order.path)
    except OSError as error:
        raise InfrastructureError(
            f"cannot write {order.path}: {error.strerror or error}"
        ) from error
    finally:
        coming.unlink(missing_ok=True)
    _say_done(step, sink.size, time.monotonic() - began)
    return _Found(sink.size, found)


async def _receive(step: Step, order: _Order, source: Source, sink: _Sink) -> None:
    loop = asyncio.get_running_loop()
    said, length = loop.time(), None
    async with aclosing(source.blocks()) as blocks:
        async for block in blocks:
            if length != source.length:
                length = source.length
                _expect_room(order, length)
                step.report.debug(f"total size: {length} ({_megabytes(length or 0)})")
            if len(block) > BLOCK // 4:
                # Summing and unpacking large blocks takes long enough for others to wait.
                await asyncio.to_thread(sink.take, block)
            else:
                sink.take(block)
            if loop.time() - said >= _SAY_EVERY:
                said = loop.time()
                step.report.debug(f"progress {_progress(sink.size, length)}")
    if source.length is not None and source.length != sink.size:
        raise InfrastructureError(
            f"only {sink.size} of {source.length} bytes of '{shown(order.url)}' came"
        )


def _expect_room(order: _Order, length: int | None) -> None:
    """Fail before the disk is full, where the size is known."""
    about = os.statvfs(order.path.parent)
    free = about.f_bavail * about.f_frsize
    if length is not None and order.compression is None and length > free:
        raise InfrastructureError(
            f"'{shown(order.url)}' has {length} bytes, and {order.path.parent} has room for {free}"
        )


def _expect_tar(order: _Order) -> None:
    try:
        with tarfile.open(order.path) as archive:
            archive.next()
    except tarfile.TarError as error:
        raise JobError(f"'{shown(order.url)}' is not a tar archive: {error}") from error


def _source(step: Step, url: str, void: Callable[[], None]) -> Source:
    match urlsplit(url).scheme.lower():
        case "file":
            return FileSource(files.path_of(url))
        case "downloads":
            return FileSource(files.path_below(step.job.downloads(step.action.namespace), url))
        case "scp":
            return programs.ssh(url)
        case "rclone":
            return programs.rclone(url, step.job.lab)
        case _:
            from pumice.dispatcher.download import http

            return http.HttpSource(
                shown(url),
                _addresses(step, url),
                step.parameters["headers"],
                warn=step.report.warning,
                void=void,
            )


def _addresses(step: Step, url: str) -> list[str]:
    return caching.addresses(url, step.job.lab) if step.parameters["use_cache"] else [url]


def _folder(step: Step) -> Path:
    """The folder that the file comes into, made if it is not there."""
    place = step.parameters.get("place")
    if place is None:
        return step.folder("download")
    folder = step.job.downloads(step.action.namespace) / str(place)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InfrastructureError(f"cannot make {folder}: {error.strerror}") from error
    return folder


def unpacked(label: str, compression: str | None) -> str | None:
    """What is unpacked: a ramdisk stays as it is, since kernels unpack it themselves."""
    return compression if compression in SUFFIXES and label != "ramdisk" else None


def name_of(url: str, compression: str | None) -> str:
    """The file's name: that of the address, less the suffix of what is unpacked."""
    name = PurePosixPath(unquote(urlsplit(url).path)).name.replace("\x00", "")
    if urlsplit(url).scheme.lower() == "downloads" and not name:
        name = unquote(urlsplit(url).netloc)
    for suffix in SUFFIXES.get(compression or "", ()):
        name = name.removesuffix(suffix)
    return name[-200:] if name not in ("", ".", "..") and "/" not in name else "file"


def _megabytes(size: float) -> str:
    return f"{size / (1 << 20):.0f}\u202fMB"


def _progress(size: int, length: int | None) -> str:
    if not length:
        return f"({_megabytes(size)})"
    return f"{100 * size // length:3}\u202f% ({_megabytes(size)})"


def _say_done(step: Step, size: int, seconds: float) -> None:
    rate = size / (1 << 20) / max(seconds, 1e-6)
    step.report.info(
        f"{_megabytes(size)} downloaded in {seconds:.2f}\u202fs ({rate:.2f}\u202fMB/s), "
        f"duration {to_clock(seconds)}"
    )
