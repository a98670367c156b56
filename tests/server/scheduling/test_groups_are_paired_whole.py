"""Whatever the queue and the lab: a group gets all of its devices or none, and its turn comes."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from pumice.server.scheduling.pairing import UsableDevice, WaitingJob, pair

TYPES, WORKERS, TAGS, PEOPLE = ["qemu", "bbb"], ["w1", "w2"], ["usb"], [1, 2]
tags = st.frozensets(st.sampled_from(TAGS))
rooms = st.dictionaries(st.sampled_from(WORKERS), st.integers(-1, 3))


def devices(prefix: str, most: int) -> st.SearchStrategy[list[UsableDevice]]:
    one = st.tuples(
        st.sampled_from(TYPES),
        st.sampled_from(WORKERS),
        tags,
        st.none() | st.frozensets(st.sampled_from(PEOPLE)),
    )
    return st.lists(one, max_size=most).map(
        lambda rows: [UsableDevice(f"{prefix}{n}", *row) for n, row in enumerate(rows)]
    )


@st.composite
def queues(draw: st.DrawFn) -> list[WaitingJob]:
    """Single jobs and groups of up to three, in order."""
    jobs: list[WaitingJob] = []
    for number in range(draw(st.integers(0, 5))):
        size, person = draw(st.integers(1, 3)), draw(st.sampled_from(PEOPLE))
        jobs += [
            WaitingJob(
                len(jobs) + n,
                draw(st.sampled_from(TYPES)),
                None,
                draw(st.none() | st.sampled_from(WORKERS)),
                draw(tags),
                person,
                number if size > 1 else None,
            )
            for n in range(size)
        ]
    return jobs


def fits(job: WaitingJob, device: UsableDevice) -> bool:
    return (
        job.device_type == device.device_type
        and job.worker in (None, device.worker)
        and job.tags <= device.tags
        and (device.submitters is None or job.submitter in device.submitters)
    )


def possible(jobs: list[WaitingJob], lab: list[UsableDevice], room: dict[str, int]) -> bool:
    """Whether all the jobs can have devices at once: every way is tried."""
    return any(
        all(fits(job, device) for job, device in zip(jobs, chosen, strict=True))
        and all(
            count <= room.get(worker, 99)
            for worker, count in Counter(device.worker for device in chosen).items()
        )
        for chosen in permutations(lab, len(jobs))
    )


@given(queues(), devices("i", 5), rooms, devices("b", 3))
def test_invariants(
    queue: list[WaitingJob],
    idle: list[UsableDevice],
    room: dict[str, int],
    busy: list[UsableDevice],
) -> None:
    paired = pair(queue, idle, room, busy)
    pairs = [*paired.jobs, *(one for group in paired.groups for one in group)]
    jobs = {job.id: job for job in queue}
    by_name = {device.hostname: device for device in idle}
    assert len({job for job, _ in pairs}) == len({name for _, name in pairs}) == len(pairs)
    assert all(fits(jobs[job], by_name[name]) for job, name in pairs)
    used = Counter(by_name[name].worker for _, name in pairs)
    assert all(used[worker] <= max(limit, 0) for worker, limit in room.items())
    assert all(jobs[job].group is None for job, _ in paired.jobs)
    members: dict[object, set[int]] = defaultdict(set)
    for job in queue:
        members[job.group].add(job.id)
    for group in paired.groups:
        ids = {job for job, _ in group}
        assert ids == members[jobs[min(ids)].group]


@given(queues(), devices("i", 5), rooms)
def test_the_first_in_the_queue_starts_if_it_can(
    queue: list[WaitingJob], idle: list[UsableDevice], room: dict[str, int]
) -> None:
    paired = pair(queue, idle, room)
    if not queue:
        assert not paired.jobs
        return
    first = [job for job in queue if job is queue[0] or job.group == queue[0].group is not None]
    started = {job for group in paired.groups for job, _ in group} | {j for j, _ in paired.jobs}
    assert (queue[0].id in started) is possible(first, idle, room)


@given(queues(), devices("i", 4), devices("b", 3))
def test_what_stays_idle_is_kept_for_a_group_that_can_start_later(
    queue: list[WaitingJob], idle: list[UsableDevice], busy: list[UsableDevice]
) -> None:
    paired = pair(queue, idle, {}, busy)
    done = {job for group in paired.groups for job, _ in group} | {job for job, _ in paired.jobs}
    taken = {name for group in paired.groups for _, name in group} | {n for _, n in paired.jobs}
    left = [device for device in idle if device.hostname not in taken]
    waiting = [job for job in queue if job.id not in done]
    groups = {job.group: [j for j in waiting if j.group == job.group] for job in waiting}
    keepers = [
        group for key, group in groups.items()
        if key is not None and possible(group, [*idle, *busy], {})
    ]  # fmt: skip
    for device in left:
        if any(job.group is None and fits(job, device) for job in waiting):
            assert any(fits(job, device) for group in keepers for job in group)


def test_single_jobs_do_not_starve_a_group_before_them() -> None:
    group = [WaitingJob(1, "qemu", group="g"), WaitingJob(2, "qemu", group="g")]
    queue = [*group, WaitingJob(3, "qemu")]
    idle, busy = [UsableDevice("a", "qemu", "w1")], [UsableDevice("b", "qemu", "w1")]
    waiting = pair(queue, idle, {}, busy)
    assert (waiting.jobs, waiting.groups) == ([], [])
    both = pair(queue, idle + busy, {})
    assert (both.jobs, both.groups) == ([], [[(1, "a"), (2, "b")]])


def test_a_group_that_cannot_start_whatever_ends_keeps_nothing() -> None:
    group = [WaitingJob(1, "qemu", group="g"), WaitingJob(2, "qemu", "broken", group="g")]
    idle, busy = [UsableDevice("a", "qemu", "w1")], [UsableDevice("b", "qemu", "w1")]
    assert pair([*group, WaitingJob(3, "qemu")], idle, {}, busy).jobs == [(3, "a")]


def test_single_jobs_before_a_group_are_served_first() -> None:
    group = [WaitingJob(2, "qemu", group="g"), WaitingJob(3, "qemu", group="g")]
    idle = [UsableDevice("a", "qemu", "w1"), UsableDevice("b", "qemu", "w1")]
    paired = pair([WaitingJob(1, "qemu"), *group], idle, {})
    assert (paired.jobs, paired.groups) == ([(1, "a")], [])


def test_two_groups_that_want_the_same_devices_start_one_after_the_other() -> None:
    queue = [WaitingJob(n, "qemu", group=name) for n, name in enumerate("xyyx")]
    idle = [UsableDevice("a", "qemu", "w1"), UsableDevice("b", "qemu", "w1")]
    assert pair(queue, idle, {}).groups == [[(0, "a"), (3, "b")]]


def test_a_job_of_a_group_leaves_the_special_device_to_the_one_that_needs_it() -> None:
    usb = frozenset({"usb"})
    group = [WaitingJob(1, "qemu", group="g"), WaitingJob(2, "qemu", tags=usb, group="g")]
    pinned = [WaitingJob(1, "qemu", group="g"), WaitingJob(2, "qemu", "a", group="g")]
    idle = [UsableDevice("a", "qemu", "w1", usb), UsableDevice("b", "qemu", "w1", usb)]
    assert len(pair(group, idle, {}).groups) == 1
    assert pair(pinned, idle, {}).groups == [[(1, "b"), (2, "a")]]


def test_a_workers_limit_moves_jobs_to_another_worker() -> None:
    queue = [WaitingJob(1, "qemu", group="g"), WaitingJob(2, "qemu", worker="w1", group="g")]
    idle = [
        UsableDevice("a", "qemu", "w1"),
        UsableDevice("b", "qemu", "w1"),
        UsableDevice("c", "qemu", "w2"),
    ]
    (pairs,) = pair(queue, idle, {"w1": 1}).groups
    assert dict(pairs)[1] == "c"


def test_a_thousand_jobs_that_push_each_other_on_are_paired() -> None:
    names = [f"d{n:04}" for n in range(300)]
    idle = [UsableDevice(name, "qemu", "w1", frozenset({f"t{n}", f"t{n + 1}"}))
            for n, name in enumerate(names)]  # fmt: skip
    queue = [WaitingJob(n, "qemu", tags=frozenset({f"t{n + 1}"}), group="g") for n in range(299)]
    queue.append(WaitingJob(299, "qemu", tags=frozenset({"t0"}), group="g"))
    (pairs,) = pair(queue, idle, {}).groups
    assert len(pairs) == 300
