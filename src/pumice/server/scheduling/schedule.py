"""The scheduler's step."""

from __future__ import annotations

import time

from django.utils import timezone

from pumice.server.daemon import Daemon
from pumice.server.jobs.models import Job
from pumice.server.lifecycle.cancel import cancel
from pumice.server.lifecycle.presence import end_jobs_of_lost_workers, mark_offline
from pumice.server.lifecycle.reserve import reserve, reserve_group
from pumice.server.scheduling import queue
from pumice.server.scheduling.pairing import pair
from pumice.wire.states import JobState

_SWEEP = 10.0


class Scheduler:
    """Pairs at every wake-up; looks at what time brings every ten seconds."""

    def __init__(self) -> None:
        self._swept = float("-inf")

    def step(self) -> bool:
        """Reserve what can be reserved; False: there is no more until the next wake-up."""
        assign()
        if time.monotonic() - self._swept >= _SWEEP:
            self._swept = time.monotonic()
            mark_offline()
            end_jobs_of_lost_workers()
            end_overdue()
        return False

    def daemon(self) -> Daemon:
        """The scheduler as a loop."""
        return Daemon("scheduler", frozenset({"queue"}), self.step, sweep=_SWEEP)


def assign() -> list[int]:
    """Give idle devices to waiting jobs; the ids of the jobs that got one."""
    devices = queue.idle_devices()
    if not devices:
        return []
    jobs = queue.waiting_jobs({device.device_type for device in devices})
    if not jobs:
        return []
    # What is busy matters only to groups, which wait for several devices at once.
    any_group = any(job.group is not None for job in jobs)
    busy = queue.busy_devices() if any_group else []
    paired = pair(jobs, devices, queue.room(), busy)
    reserved = reserve(paired.jobs)
    for group in paired.groups:
        reserved += reserve_group(group)
    return reserved


def end_overdue() -> int:
    """Cancel jobs that waited longer than their queue timeout; how many there were."""
    overdue = Job.objects.filter(state=JobState.SUBMITTED, queue_timeout__isnull=False)
    now = timezone.now()
    count = 0
    for job_id, submitted, seconds in overdue.values_list("pk", "submit_time", "queue_timeout"):
        if (now - submitted).total_seconds() > seconds:
            count += cancel(job_id, f"waited longer than its queue timeout of {seconds} s")
    return count
