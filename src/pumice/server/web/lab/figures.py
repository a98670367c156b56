"""The lab in figures."""

from __future__ import annotations

from dataclasses import dataclass

from pumice.server.accounts.authentication import Requester
from pumice.server.jobs import lists as jobs
from pumice.server.lab import lists
from pumice.wire.states import JobState


@dataclass(frozen=True, slots=True)
class Figures:
    """How many jobs wait and run, how many devices and workers there are and can be used."""

    waiting: int
    running: int
    devices_online: int
    devices: int
    workers_online: int
    workers: int


def figures(user: Requester) -> Figures:
    """The figures of this moment."""
    unfinished = jobs.counts_of_unfinished()
    waiting = unfinished.get(JobState.SUBMITTED, 0) + unfinished.get(JobState.SCHEDULING, 0)
    return Figures(
        waiting,
        sum(unfinished.values()) - waiting,
        *lists.device_counts(user),
        *lists.worker_counts(user),
    )
