"""A log reads the same by number while it grows, while it is sealed, and after."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.core.files.storage import default_storage

from pumice.server.ingest.append import append
from pumice.server.jobs.models import Job
from pumice.server.lifecycle.cancel import cancel
from pumice.server.logs import live, read, seal
from pumice.server.logs.models import JobLog

RANGES = [(0, None), (0, 1), (1, 2), (3, 9), (2_999, 3_000), (2_500, None), (5_000, None), (7, 3)]
pytestmark = pytest.mark.django_db(transaction=True)


def texts(count: int, start: int = 0) -> list[bytes]:
    return [b'- {"dt": "t", "lvl": "target", "msg": "%d %s"}' % (n, b"x" * (n % 300))
            for n in range(start, start + count)]  # fmt: skip


@pytest.fixture
def job(alice: User, submit: Callable[..., Job]) -> Job:
    job = submit(alice)
    for start in range(0, 3_000, 700):
        append(job.pk, start, texts(min(700, 3_000 - start), start))
    return job


def all_ranges(job: Job) -> list[list[bytes]]:
    return [list(read.lines(job.pk, start, end)) for start, end in RANGES]


def test_ranges_are_the_same_before_and_after_sealing(job: Job) -> None:
    expected = [line + b"\n" for line in texts(3_000)]
    before = all_ranges(job)
    assert before[0] == expected
    assert before[3] == expected[3:9]
    assert not seal.step()
    cancel(job.pk)
    assert seal.step()
    assert not seal.step()
    assert all_ranges(job) == before
    name = JobLog.objects.get(pk=job.pk).sealed
    assert default_storage.size(name) * 5 < sum(map(len, expected))


def test_a_log_that_is_sealed_while_it_is_read_is_read_to_its_end(job: Job) -> None:
    reading = read.lines(job.pk)
    first = next(reading)
    cancel(job.pk)
    assert seal.step()
    assert [first, *reading] == [line + b"\n" for line in texts(3_000)]


def test_a_line_that_comes_after_the_sealing_is_not_lost(job: Job) -> None:
    cancel(job.pk)
    seal.step()
    assert append(job.pk, 3_000, texts(2, 3_000)) == 2
    assert read.count(job.pk) == 3_002
    assert list(read.lines(job.pk, 2_999)) == [line + b"\n" for line in texts(3, 2_999)]
    assert seal.step()
    assert list(read.lines(job.pk)) == [line + b"\n" for line in texts(3_002)]


def test_what_a_killed_writer_left_uncommitted_does_not_count(job: Job) -> None:
    log = JobLog.objects.get(pk=job.pk)
    if isinstance(live.store(), live.FileStore):
        live.store().append(log, [b"- never committed\n"])
    append(job.pk, 3_000, texts(1, 3_000))
    assert list(read.lines(job.pk, 2_999)) == [line + b"\n" for line in texts(2, 2_999)]


def test_a_job_without_a_log_has_no_lines(alice: User, submit: Callable[..., Job]) -> None:
    other = submit(alice)
    assert (read.count(other.pk), list(read.lines(other.pk))) == (0, [])
