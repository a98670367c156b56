"""Whatever the queue and the lab: no device twice, every wish kept, nothing idle that could run."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from pumice.server.scheduling.pairing import UsableDevice, WaitingJob, pair

TYPES, WORKERS, TAGS = ["qemu", "bbb"], ["w1", "w2"], ["usb", "hdmi"]
tags = st.frozensets(st.sampled_from(TAGS))


@st.composite
def devices(draw: st.DrawFn) -> list[UsableDevice]:
    return [
        UsableDevice(
            f"d{n}",
            draw(st.sampled_from(TYPES)),
            draw(st.sampled_from(WORKERS)),
            draw(tags),
            draw(st.none() | st.frozensets(st.sampled_from([1, 2]))),
        )
        for n in range(draw(st.integers(0, 6)))
    ]


@st.composite
def jobs(draw: st.DrawFn) -> list[WaitingJob]:
    return [
        WaitingJob(
            n,
            draw(st.sampled_from(TYPES)),
            draw(st.none() | st.sampled_from([f"d{m}" for m in range(6)])),
            draw(st.none() | st.sampled_from(WORKERS)),
            draw(tags),
            draw(st.sampled_from([1, 2])),
        )
        for n in range(draw(st.integers(0, 8)))
    ]


def fits(job: WaitingJob, device: UsableDevice) -> bool:
    return (
        job.device_type == device.device_type
        and job.device in (None, device.hostname)
        and job.worker in (None, device.worker)
        and job.tags <= device.tags
        and (device.submitters is None or job.submitter in device.submitters)
    )


@given(jobs(), devices(), st.dictionaries(st.sampled_from(WORKERS), st.integers(-1, 3)))
def test_invariants(queue: list[WaitingJob], lab: list[UsableDevice], room: dict[str, int]) -> None:
    paired = pair(queue, lab, room)
    pairs = paired.jobs
    assert paired.groups == []
    by_id = {job.id: job for job in queue}
    by_name = {device.hostname: device for device in lab}
    assert len({job for job, _ in pairs}) == len(pairs)
    assert len({name for _, name in pairs}) == len(pairs)
    assert all(fits(by_id[job], by_name[name]) for job, name in pairs)
    used = Counter(by_name[name].worker for _, name in pairs)
    assert all(used[worker] <= max(limit, 0) for worker, limit in room.items())
    left = [device for device in lab if device.hostname not in {name for _, name in pairs}]
    free = [d for d in left if room.get(d.worker, 99) - used[d.worker] > 0]
    waiting = [job for job in queue if job.id not in {job_id for job_id, _ in pairs}]
    assert not [(job, device) for job in waiting for device in free if fits(job, device)]


def test_the_first_in_the_queue_is_served_first() -> None:
    lab = [UsableDevice("d1", "qemu", "w1")]
    assert pair([WaitingJob(7, "qemu"), WaitingJob(3, "qemu")], lab, {}).jobs == [(7, "d1")]


def test_a_job_without_wishes_leaves_the_special_device_to_others() -> None:
    lab = [
        UsableDevice("a-special", "qemu", "w1", frozenset({"usb"})),
        UsableDevice("b", "qemu", "w1"),
    ]
    queue = [WaitingJob(1, "qemu"), WaitingJob(2, "qemu", tags=frozenset({"usb"}))]
    assert pair(queue, lab, {}).jobs == [(1, "b"), (2, "a-special")]
