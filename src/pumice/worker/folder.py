"""A job's folder: everything that a worker knows of a job, so that a restarted one goes on.

``<worker_dir>/jobs/<id>/`` holds what the dispatcher reads (``job.yaml``, ``device.yaml``,
``dispatcher.yaml``, ``env-dut.yaml``), what it writes (the spool ``logs.yaml``,
``description.yaml``, ``result.yaml``, ``undo.jsonl``, ``stderr``), and three files of the worker:
``env.yaml``, the environment for the dispatcher; ``state.json``, replaced as a whole; and
``acknowledged``, the number of records that the server has taken. The latter may lag behind: the
server drops records that it has.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

import orjson

from pumice.formats.errors import InvalidDocument
from pumice.formats.yaml import load
from pumice.wire import spool
from pumice.wire.payload import JobPayload
from pumice.worker.processes import Identity

log = logging.getLogger(__name__)

_STATE = "state.json"
_ACKNOWLEDGED = "acknowledged"
_REMOVED = ".removed"
_STDERR_TAIL = 16 << 10
_MAX_TEXT = 1 << 20


@dataclass(frozen=True, slots=True)
class JobState:
    """What a folder's other files do not tell: token, process, bell, whether it was canceled."""

    token: str
    bell: str
    process: Identity | None = None
    canceled: bool = False


class JobFolder:
    """The folder of one job. OSError where the disk fails, except where a method says else."""

    def __init__(self, jobs: Path, job: int) -> None:
        """``jobs`` is the folder of all jobs, as an absolute path without links."""
        self.job = job
        self.path = jobs / str(job)
        self.definition = self.path / "job.yaml"
        self.device = self.path / "device.yaml"
        self.dispatcher = self.path / "dispatcher.yaml"
        self.env_dut = self.path / "env-dut.yaml"
        self.spool = self.path / spool.LOGS
        self.result = self.path / spool.RESULT
        self.undo = self.path / spool.UNDO
        self.stderr = self.path / "stderr"
        self._env = self.path / "env.yaml"

    @classmethod
    def all(cls, jobs: Path) -> Iterator[JobFolder]:
        """Every job's folder there, oldest job first. Finishes deletions that were cut short."""
        for half_deleted in jobs.glob(f"*{_REMOVED}"):
            shutil.rmtree(half_deleted, ignore_errors=True)
        numbers = sorted(int(path.name) for path in jobs.iterdir() if path.name.isdigit())
        return (cls(jobs, number) for number in numbers)

    def create(self, state: JobState, payload: JobPayload) -> None:
        """Make the folder, readable for this user only, with what the dispatcher needs."""
        self.path.mkdir(mode=0o700)
        self.save(state)
        _write(self.definition, payload.definition)
        _write(self.device, payload.device)
        _write(self.dispatcher, payload.dispatcher)
        if payload.env:
            _write(self._env, payload.env)
        if payload.env_dut:
            _write(self.env_dut, payload.env_dut)

    def save(self, state: JobState) -> None:
        """Replace the state; a reader sees the old or the new one."""
        new = self.path / f"{_STATE}.new"
        _write(new, orjson.dumps(asdict(state)).decode())
        new.replace(self.path / _STATE)

    def sync(self) -> None:
        """Return when the state is on the disk."""
        for path in (self.path / _STATE, self.path):
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def load(self) -> JobState | None:
        """The saved state; None where there is none that can be read."""
        try:
            saved = orjson.loads((self.path / _STATE).read_bytes())
            process = saved["process"]
            return JobState(
                token=str(saved["token"]),
                bell=str(saved["bell"]),
                process=Identity(**process) if process else None,
                canceled=bool(saved["canceled"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def acknowledge(self, position: int) -> None:
        """Remember that the server has taken every record before this position."""
        new = self.path / f"{_ACKNOWLEDGED}.new"
        _write(new, str(position))
        new.replace(self.path / _ACKNOWLEDGED)

    def acknowledged(self) -> int:
        """The position of the first record that the server may not have; 0 where unknown."""
        try:
            return max(0, int((self.path / _ACKNOWLEDGED).read_text()))
        except (OSError, ValueError):
            return 0

    def environment(self) -> str:
        """The text of env.yaml; empty where the job came with none. OSError."""
        return _read(self._env, _MAX_TEXT) or ""

    def description(self) -> str:
        """The plan's text; empty where there is none of a reasonable size that can be read."""
        try:
            return _read(self.path / spool.DESCRIPTION, _MAX_TEXT) or ""
        except OSError as error:
            log.warning("description-unreadable job=%d: %s", self.job, error)
            return ""

    def result_text(self) -> str | None:
        """The text of the final result; None where the dispatcher has left none."""
        return _read(self.result, _MAX_TEXT)

    def complaints(self) -> str:
        """The end of what the dispatcher wrote to standard output and error; may be empty."""
        with contextlib.suppress(FileNotFoundError), self.stderr.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _STDERR_TAIL))
            return file.read().decode(errors="replace").strip()
        return ""

    def remove(self) -> None:
        """Delete the folder and all in it, and what a killed dispatcher has downloaded elsewhere.

        What cannot be deleted stays, and the log says so.
        """
        # Renamed first, so that a half-deleted folder is not taken for a job.
        trash = self.path.with_name(f"{self.job}{_REMOVED}")
        try:
            downloads = self._downloads()
            self.path.rename(trash)
            shutil.rmtree(trash)
            if downloads is not None and downloads.is_dir():
                shutil.rmtree(downloads)
        except FileNotFoundError:
            return
        except OSError as error:
            log.error("folder-not-removed job=%d: %s", self.job, error)

    def _downloads(self) -> Path | None:
        """The job's folder below the one for downloads that dispatcher.yaml names, if it does."""
        text = _read(self.dispatcher, _MAX_TEXT)
        try:
            settings: object = load(text or "").data
        except InvalidDocument:
            return None
        named = cast("dict[str, object]", settings) if isinstance(settings, dict) else {}
        folder, prefix = named.get("dispatcher_download_dir"), named.get("prefix") or ""
        return Path(str(folder), f"{prefix}{self.job}") if folder else None


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
        file.write(text)


def _read(path: Path, limit: int) -> str | None:
    try:
        with path.open("rb") as file:
            text = file.read(limit + 1)
    except FileNotFoundError:
        return None
    return None if len(text) > limit else text.decode(errors="replace")
