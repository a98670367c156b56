"""Pair waiting jobs with idle devices: a pure function."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WaitingJob:
    """A job that waits: what it asks for."""

    id: int
    device_type: str
    device: str | None = None
    worker: str | None = None
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class IdleDevice:
    """A device that could run a job now."""

    hostname: str
    device_type: str
    worker: str
    tags: frozenset[str] = frozenset()


def pair(
    jobs: Iterable[WaitingJob], devices: Iterable[IdleDevice], room: Mapping[str, int]
) -> list[tuple[int, str]]:
    """Pairs of (job id, hostname).

    ``jobs`` come in the order in which they are to be served. ``room`` says, for workers with
    a limit, how many more jobs each may run. Of the devices that fit a job, the one
    with the fewest tags is taken, so that special devices stay free for those who ask for them.
    """
    idle: dict[str, list[IdleDevice]] = defaultdict(list)
    for device in sorted(devices, key=lambda d: (len(d.tags), d.hostname)):
        idle[device.device_type].append(device)
    left = dict(room)
    pairs: list[tuple[int, str]] = []
    for job in jobs:
        candidates = idle.get(job.device_type)
        if not candidates:
            continue
        chosen = next((d for d in candidates if _fits(job, d, left)), None)
        if chosen is None:
            continue
        candidates.remove(chosen)
        if chosen.worker in left:
            left[chosen.worker] -= 1
        pairs.append((job.id, chosen.hostname))
    return pairs


def _fits(job: WaitingJob, device: IdleDevice, room: Mapping[str, int]) -> bool:
    return (
        job.device in (None, device.hostname)
        and job.worker in (None, device.worker)
        and job.tags <= device.tags
        and room.get(device.worker, 1) > 0
    )
