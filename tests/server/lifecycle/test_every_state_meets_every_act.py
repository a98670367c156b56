"""Every act in every state of a job: it changes exactly what it should, or nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from pumice.server.events.models import Event
from pumice.server.jobs.models import Job
from pumice.server.lab.models import Device
from pumice.server.lifecycle.cancel import cancel
from pumice.server.lifecycle.finish import finish
from pumice.server.lifecycle.reserve import reserve
from pumice.server.lifecycle.start import start
from pumice.wire.states import DeviceHealth, DeviceState, JobHealth, JobState

Act = Callable[[int], object]
ACTS: dict[str, Act] = {
    "reserve": lambda job: reserve([(job, "qemu-01")]),
    "start": start,
    "cancel": cancel,
    "pass": lambda job: finish(job, passed=True),
    "fail": lambda job: finish(job, passed=False, error_type="Job"),
}
S = JobState
AFTER = {
    ("reserve", S.SUBMITTED): S.SCHEDULED,
    ("start", S.SCHEDULED): S.RUNNING,
    ("cancel", S.SUBMITTED): S.FINISHED,
    ("cancel", S.SCHEDULING): S.CANCELING,
    ("cancel", S.SCHEDULED): S.CANCELING,
    ("cancel", S.RUNNING): S.CANCELING,
    **{(end, state): S.FINISHED for end in ("pass", "fail") for state in S},
}


def in_state(job: Job, state: JobState) -> None:
    """Put job and device where that state has them."""
    held = S.SCHEDULED <= state <= S.CANCELING
    job.state = state
    job.actual_device_id = "qemu-01" if state >= S.SCHEDULED else None
    if state == S.FINISHED:
        job.health = JobHealth.COMPLETE
    job.save()
    running = DeviceState.RUNNING if state >= S.RUNNING else DeviceState.RESERVED
    Device.objects.filter(pk="qemu-01").update(state=running if held else DeviceState.IDLE)


@pytest.mark.parametrize("state", list(JobState))
@pytest.mark.parametrize("act", list(ACTS))
def test_act_in_state(act: str, state: JobState, alice: User, submit: Callable[..., Job]) -> None:
    job = submit(alice)
    in_state(job, state)
    before = Event.objects.count()
    ACTS[act](job.pk)
    job.refresh_from_db()
    expected = AFTER.get((act, state), state)
    assert JobState(job.state) is expected
    changed = expected is not state
    assert (Event.objects.count() > before) is changed
    device = Device.objects.get(pk="qemu-01")
    if expected == S.FINISHED:
        assert device.state == DeviceState.IDLE
    if changed and expected == S.FINISHED:
        assert job.end_time is not None
        assert job.start_time is not None


@pytest.mark.parametrize(
    ("before", "error_type", "after"),
    [
        (DeviceHealth.GOOD, "Infrastructure", DeviceHealth.UNKNOWN),
        (DeviceHealth.GOOD, "Bug", DeviceHealth.UNKNOWN),
        (DeviceHealth.GOOD, "Job", DeviceHealth.GOOD),
        (DeviceHealth.GOOD, "Test", DeviceHealth.GOOD),
        (DeviceHealth.MAINTENANCE, "Infrastructure", DeviceHealth.MAINTENANCE),
        (DeviceHealth.RETIRED, "Configuration", DeviceHealth.RETIRED),
    ],
)
def test_what_a_failed_job_says_of_its_device(
    before: DeviceHealth,
    error_type: str,
    after: DeviceHealth,
    alice: User,
    submit: Callable[..., Job],
) -> None:
    job = submit(alice)
    in_state(job, S.RUNNING)
    Device.objects.filter(pk="qemu-01").update(health=before)
    assert finish(job.pk, passed=False, error_type=error_type)
    assert Device.objects.get(pk="qemu-01").health == after


def test_a_job_canceled_before_it_started_leaves_the_devices_health_alone(
    alice: User, submit: Callable[..., Job]
) -> None:
    job = submit(alice)
    reserve([(job.pk, "qemu-01")])
    cancel(job.pk)
    finish(job.pk, passed=False, error_type="Bug")
    job.refresh_from_db()
    assert JobHealth(job.health) is JobHealth.CANCELED
    assert Device.objects.get(pk="qemu-01").health == DeviceHealth.GOOD


def test_two_jobs_never_get_one_device(alice: User, submit: Callable[..., Job]) -> None:
    first, second = submit(alice), submit(alice)
    assert reserve([(first.pk, "qemu-01"), (second.pk, "qemu-01")]) == [first.pk]
    assert reserve([(second.pk, "qemu-01")]) == []
    assert reserve([(second.pk, "qemu-02")]) == [second.pk]
