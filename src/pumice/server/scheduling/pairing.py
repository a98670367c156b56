"""Pair waiting jobs with idle devices: a pure function."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pumice.server.lab.matching import match

Pair = tuple[int, str]
"""A job's id and the hostname of its device."""


@dataclass(frozen=True, slots=True)
class WaitingJob:
    """A job that waits: what it asks for, who submitted it, and the MultiNode group it is of."""

    id: int
    device_type: str
    device: str | None = None
    worker: str | None = None
    tags: frozenset[str] = frozenset()
    submitter: int = 0
    group: object | None = None


@dataclass(frozen=True, slots=True)
class UsableDevice:
    """A device that could run a job, now or once it is idle.

    ``submitters`` are those who may run jobs on it; None: everybody may.
    """

    hostname: str
    device_type: str
    worker: str
    tags: frozenset[str] = frozenset()
    submitters: frozenset[int] | None = None


@dataclass(slots=True)
class Paired:
    """Which jobs get which devices: single ones, and those of each group together."""

    jobs: list[Pair] = field(default_factory=list[Pair])
    groups: list[list[Pair]] = field(default_factory=list[list[Pair]])


def pair(
    jobs: Iterable[WaitingJob],
    idle: Iterable[UsableDevice],
    room: Mapping[str, int],
    busy: Iterable[UsableDevice] = (),
) -> Paired:
    """Give idle devices to jobs.

    ``jobs`` come in the order in which they are to be served; a group is served in the place of
    its first job, and all jobs of it that need a device must be among them. ``room`` says, for
    workers with a limit, how many more jobs each may run. Of the devices that fit a job, the one
    with the fewest tags is taken, so that special devices stay free for those who ask for them.

    A group gets devices for all of its jobs or for none. One that cannot start now, but could if
    the ``busy`` devices were idle too, keeps the idle ones that it can use from the jobs after it:
    so it starts at last, however many single jobs come. Nothing is reserved meanwhile, so that
    two groups never wait for each other: of two that want the same devices the first gets them.
    """
    queue = list(jobs)
    groups: dict[object, list[WaitingJob]] = defaultdict(list)
    for job in queue:
        if job.group is not None:
            groups[job.group].append(job)
    free, used = _Devices(idle, room), _Devices(busy, {})
    paired = Paired()
    for job in queue:
        if job.group is None:
            if (device := free.first(job)) is not None:
                free.take(device)
                paired.jobs.append((job.id, device.hostname))
        elif members := groups.pop(job.group, None):
            taken, all_start = _place(members, free, used)
            for hostname in taken.values():
                if hostname in free.by_name:
                    free.take(free.by_name[hostname])
            if all_start:
                paired.groups.append(sorted(taken.items()))
    return paired


def _place(
    members: Sequence[WaitingJob], free: _Devices, used: _Devices
) -> tuple[dict[int, str], bool]:
    """The devices that a group takes, or keeps from others; and whether it starts with them."""
    taken: dict[int, str] = {}
    now = {job.id: free.fitting(job) for job in members}
    if match(now, free.worker_of, free.room, taken):
        return taken, True
    later = {job.id: [*now[job.id], *used.fitting(job)] for job in members}
    workers = {**free.worker_of, **used.worker_of}
    busy = Counter(used.worker_of.values())
    limits = {worker: count + busy[worker] for worker, count in free.room.items()}
    return (taken if match(later, workers, limits, taken) else {}), False


class _Devices:
    """Devices by type, those with the fewest tags first, and the room that their workers have."""

    def __init__(self, devices: Iterable[UsableDevice], room: Mapping[str, int]) -> None:
        self.room = dict(room)
        self.by_name: dict[str, UsableDevice] = {}
        self.worker_of: dict[str, str] = {}
        self._by_type: dict[str, list[UsableDevice]] = defaultdict(list)
        self._fitting: dict[object, list[str]] = {}
        for device in sorted(devices, key=lambda d: (len(d.tags), d.hostname)):
            self.by_name[device.hostname] = device
            self.worker_of[device.hostname] = device.worker
            self._by_type[device.device_type].append(device)

    def fitting(self, job: WaitingJob) -> list[str]:
        """The hostnames of the devices that fit, whether their workers have room or not."""
        wish = (job.device_type, job.device, job.worker, job.tags, job.submitter)
        if wish not in self._fitting:
            candidates = self._by_type.get(job.device_type, ())
            self._fitting[wish] = [d.hostname for d in candidates if self._fits(job, d)]
        return self._fitting[wish]

    def first(self, job: WaitingJob) -> UsableDevice | None:
        candidates = self._by_type.get(job.device_type, ())
        return next((d for d in candidates if self._fits(job, d) and self._has_room(d)), None)

    def take(self, device: UsableDevice) -> None:
        self._fitting.clear()
        del self.by_name[device.hostname], self.worker_of[device.hostname]
        self._by_type[device.device_type].remove(device)
        if device.worker in self.room:
            self.room[device.worker] -= 1

    @staticmethod
    def _fits(job: WaitingJob, device: UsableDevice) -> bool:
        return (
            job.device in (None, device.hostname)
            and job.worker in (None, device.worker)
            and job.tags <= device.tags
            and (device.submitters is None or job.submitter in device.submitters)
        )

    def _has_room(self, device: UsableDevice) -> bool:
        return self.room.get(device.worker, 1) > 0
