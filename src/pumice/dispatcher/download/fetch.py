"""Fetching one file: ``http-download`` and ``file-download``."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit, urlunsplit

from pumice.dispatcher.download import files
from pumice.dispatcher.download.files import BLOCK, Stream
from pumice.dispatcher.download.unpacking import SUFFIXES, Unpacker
from pumice.dispatcher.errors import InfrastructureError, JobError
from pumice.dispatcher.namespaces import Image
from pumice.dispatcher.step import Step
from pumice.formats.durations import to_clock

_SAY_EVERY = 5.0


@dataclass(slots=True)
class _Sink:
    """Takes the bytes as they come: counts, sums, unpacks and writes them."""

    file: BinaryIO
    unpacker: Unpacker | None
    sums: dict[str, Any] = field(default_factory=dict[str, Any])
    size: int = 0

    def take(self, block: bytes) -> None:
        self.size += len(block)
        for digest in self.sums.values():
            digest.update(block)
        self.file.write(self.unpacker.feed(block) if self.unpacker is not None else block)


async def reachable(step: Step) -> None:
    """Check that the address exists. Raises JobError where it does not."""
    url = str(step.parameters["url"])
    step.report.debug(f"Validating that {_shown(url)} exists")
    if urlsplit(url).scheme.lower() == "file":
        path = files.path_of(url)
        if not path.is_file():
            raise JobError(f"the file {path} does not exist on the worker")
        return
    # Imported where it is needed: it takes longer than all else of a job's start.
    from pumice.dispatcher.download import http

    await http.check(url, step.parameters["headers"])


async def download(step: Step) -> None:
    """Download the file into the job's folder; it becomes the namespace's image by its label."""
    label, url = str(step.parameters["label"]), str(step.parameters["url"])
    compression = _compression(label, step.parameters["compression"])
    name = _name(url, compression)
    path = step.folder("download") / name
    step.report.info(f"downloading {_shown(url)}")
    step.report.debug(f"saving as {path}")
    if compression is not None:
        step.report.debug(f"using {compression} to decompress")
    wanted: Mapping[str, str] = step.parameters["sums"]
    began = time.monotonic()
    try:
        with path.open("wb") as file:
            sink = _Sink(file, Unpacker(compression) if compression is not None else None)
            sink.sums = {kind: hashlib.new(kind) for kind in {"sha256", *wanted}}
            await _receive(step, url, sink)
    except OSError as error:
        raise InfrastructureError(f"cannot write {path}: {error.strerror or error}") from error
    _say_done(step, sink.size, time.monotonic() - began)
    found = {kind: digest.hexdigest() for kind, digest in sink.sums.items()}
    step.extra = {"label": label, "size": sink.size, **{f"{k}sum": v for k, v in found.items()}}
    for kind, value in wanted.items():
        if found[kind] != value:
            raise JobError(
                f"{kind}sum for '{_shown(url)}' does not match: found {found[kind]}, "
                f"the job says {value}"
            )
    if sink.unpacker is not None:
        sink.unpacker.end()
    step.state.images[label] = Image(path)


async def _receive(step: Step, url: str, sink: _Sink) -> None:
    loop = asyncio.get_running_loop()
    stream = await _open(url, step)
    said = loop.time()
    if stream.length is not None:
        step.report.debug(f"total size: {stream.length} ({_megabytes(stream.length)})")
    async for block in stream.blocks:
        if len(block) > BLOCK // 4:
            # Summing and unpacking large blocks takes long enough for others to wait.
            await asyncio.to_thread(sink.take, block)
        else:
            sink.take(block)
        if loop.time() - said >= _SAY_EVERY:
            said = loop.time()
            step.report.debug(f"progress {_progress(sink.size, stream.length)}")
    if stream.length is not None and stream.length != sink.size:
        raise InfrastructureError(
            f"only {sink.size} of {stream.length} bytes of '{_shown(url)}' came"
        )


async def _open(url: str, step: Step) -> Stream:
    if urlsplit(url).scheme.lower() == "file":
        return files.open_file(files.path_of(url))
    from pumice.dispatcher.download import http

    return await http.open_http(url, step.parameters["headers"], step.report.warning)


def _compression(label: str, compression: str | None) -> str | None:
    """What is unpacked: a ramdisk stays as it is, since kernels unpack it themselves."""
    return compression if compression in SUFFIXES and label != "ramdisk" else None


def _name(url: str, compression: str | None) -> str:
    """The file's name: that of the address, less the suffix of what is unpacked."""
    name = PurePosixPath(unquote(urlsplit(url).path)).name.replace("\x00", "")
    for suffix in SUFFIXES.get(compression or "", ()):
        name = name.removesuffix(suffix)
    return name[-200:] if name not in ("", ".", "..") else "file"


def _shown(url: str) -> str:
    """The address without the password that it may hold."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username}:***@{host}"))


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
