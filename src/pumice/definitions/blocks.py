"""What a method is given when it plans its part of a job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from pumice.formats import durations
from pumice.formats.durations import InvalidDuration
from pumice.formats.errors import InvalidDocument, Path, Problem
from pumice.plan.actions import COMMON, Retry
from pumice.plan.timeouts import Timeouts

DEFAULT_RESULTS_DIR = "/lava-%s"


@dataclass(frozen=True, slots=True)
class Host:
    """What boards learn of the worker's host: its address, and the prefix of its jobs' folders."""

    address: str = ""
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """The job that is planned: its id, its data, its device's configuration, and its host."""

    job_id: str
    job: Mapping[str, Any]
    device: Mapping[str, Any]
    board_environment: Mapping[str, str] = field(default_factory=dict[str, str])
    host: Host = Host()

    def constant(self, *path: str, default: Any = None) -> Any:
        """A value below the device's ``constants``; null and absence give the default."""
        value = at(self.device, ("constants", *path))
        return default if value is None else value

    @property
    def context(self) -> Mapping[str, Any]:
        """The job's ``context``."""
        return as_map(self.job.get("context"))

    def delay(self, kind: str) -> int:
        """Milliseconds after each character that is typed while this kind of action runs."""
        return whole(at(self.device, ("character_delays", kind)), 0)


@dataclass(frozen=True, slots=True)
class Block:
    """One item of a job's ``actions``: its kind, its number from 0, what it says.

    ``tests`` are all definitions that the namespace's test actions run, in order. What the plan
    says and this version cannot perform is collected in ``obstacles``.
    """

    subject: Subject
    kind: str
    index: int
    data: Mapping[str, Any]
    tests: tuple[PlannedTest, ...] = ()
    obstacles: list[Problem] = field(default_factory=list[Problem])

    @property
    def namespace(self) -> str:
        return str(self.data.get("namespace") or COMMON)

    @property
    def connection_namespace(self) -> str:
        return str(self.data.get("connection-namespace") or "")

    @property
    def path(self) -> Path:
        """Where the block stands in the job."""
        return ("actions", self.index, self.kind)

    def retry(self, *, outermost: bool = False) -> Retry:
        """How often an action of this block is attempted.

        ``failure_retry`` counts for each action that is retried, ``repeat`` only for the
        outermost one; the device's constants are the least.
        """
        wanted = [
            whole(self.data.get("failure_retry"), 1),
            whole(self.subject.constant("failure_retry"), 1),
        ]
        if self.kind == "boot":
            wanted.append(whole(self.subject.constant("boot_retry"), 1))
        repeat = whole(self.data.get("repeat"), 1)
        if outermost and repeat > 1:
            return Retry(repeat, interval=0.0, repeat=True)
        interval = whole(self.data.get("failure_retry_interval"), 1)
        return Retry(max(1, *wanted), float(interval))

    def timeouts(self) -> Timeouts:
        """The block's ``timeout`` and ``timeouts``, in seconds."""
        own = self.data.get("timeout")
        return Timeouts(
            action=None if own is None else seconds(own, (*self.path, "timeout")),
            actions=each_seconds(self.data.get("timeouts"), (*self.path, "timeouts")),
        )

    def cannot(self, message: str, *path: str | int) -> None:
        """Note that the plan can be printed, but not be run, and why."""
        self.obstacles.append(Problem(message, (*self.path, *path)))

    def wrong(self, message: str, *path: str | int) -> InvalidDocument:
        """The error for something in this block."""
        return InvalidDocument.because(message, (*self.path, *path))


@dataclass(frozen=True, slots=True)
class PlannedTest:
    """A test definition of a namespace.

    ``stage`` counts the namespace's test actions from 0, ``index`` all its definitions;
    ``entry`` is the item of the job's ``definitions`` list, at ``path``.
    """

    stage: int
    index: int
    entry: Mapping[str, Any]
    path: Path

    @property
    def run(self) -> str:
        """The name of the test's suite."""
        return f"{self.index}_{self.entry.get('name')}"


def at(data: object, path: Path) -> Any:
    """The value at a path of keys, or None."""
    for part in path:
        data = as_map(data).get(part)
    return data


def as_map(value: object) -> Mapping[Any, Any]:
    """The value where it is a map, else an empty one."""
    return cast("Mapping[Any, Any]", value) if isinstance(value, Mapping) else {}


def as_list(value: object) -> list[Any]:
    """The value where it is a list, else an empty one."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def whole(value: object, default: int) -> int:
    """A whole number from zero on, also from a text of digits; else the default."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if text.isascii() and text.isdigit() else default


def seconds(value: object, path: Path) -> int:
    """A timeout map in seconds. Raises InvalidDocument."""
    try:
        if not isinstance(value, Mapping):
            raise InvalidDuration("a timeout must be a map of days, hours, minutes and seconds")
        return durations.to_seconds(cast("Mapping[str, Any]", value))
    except InvalidDuration as error:
        raise InvalidDocument.because(str(error), path) from error


def each_seconds(value: object, path: Path) -> dict[str, int]:
    """A map of timeouts by action, in seconds. Raises InvalidDocument."""
    return {str(name): seconds(entry, (*path, name)) for name, entry in as_map(value).items()}
