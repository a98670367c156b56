"""Ranges of a log as HTML, and the part that a job's page begins with."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pumice.server.jobs.models import Job
from pumice.server.web.logs.ranges import CHUNK
from pumice.wire.states import JobState

LINES = 2 * CHUNK + 40


@pytest.fixture
def long(alice: User, submit: Callable[..., Job], say: Callable[..., None]) -> Job:
    """A job with a log of two pieces and a bit."""
    job = submit(alice)
    say(job, [("target" if n % 10 else "debug", f"line {n}") for n in range(LINES)])
    return job


def numbers(html: str) -> list[int]:
    return [int(number) for number in re.findall(r'id="L(\d+)"', html)]


@pytest.mark.parametrize(
    ("query", "first", "end"),
    [
        ({}, 0, CHUNK),
        ({"start": "10", "end": "20"}, 10, 20),
        ({"start": "10", "end": "9999"}, 10, CHUNK),
        ({"start": str(2 * CHUNK)}, 2 * CHUNK, LINES),
        ({"start": str(CHUNK - 1)}, CHUNK - 1, CHUNK),
        ({"start": "x", "end": "-1"}, 0, CHUNK),
    ],
)
def test_a_range_ends_with_its_piece(
    client: Client, long: Job, query: dict[str, str], first: int, end: int
) -> None:
    answer = client.get(f"/scheduler/job/{long.pk}/log", query).json()
    assert (answer["start"], answer["end"], answer["total"]) == (first, end, LINES)
    assert numbers(answer["html"]) == list(range(first, end))


@pytest.mark.parametrize("start", ["99999", "999999999", str(LINES)])
def test_beyond_the_end_there_is_nothing(client: Client, long: Job, start: str) -> None:
    answer = client.get(f"/scheduler/job/{long.pk}/log", {"start": start}).json()
    assert (answer["end"], answer["html"]) == (int(start), "")


def test_levels_are_left_out_but_counted(client: Client, long: Job) -> None:
    answer = client.get(f"/scheduler/job/{long.pk}/log", {"hide": "target info"}).json()
    assert answer["end"] == CHUNK
    assert numbers(answer["html"]) == list(range(0, CHUNK, 10))


def test_a_live_job_begins_with_the_end_of_its_log(client: Client, long: Job) -> None:
    page = client.get(f"/scheduler/job/{long.pk}").content.decode()
    assert numbers(page) == list(range(CHUNK, LINES))
    assert f'href="?start={0}#log">Earlier' in page


def test_a_finished_job_begins_with_the_start(client: Client, long: Job) -> None:
    Job.objects.filter(pk=long.pk).update(state=JobState.FINISHED)
    page = client.get(f"/scheduler/job/{long.pk}").content.decode()
    assert numbers(page) == list(range(2 * CHUNK))
    assert f'href="?start={2 * CHUNK}#log">Later' in page


def test_without_scripts_one_can_leaf_through(client: Client, long: Job) -> None:
    page = client.get(f"/scheduler/job/{long.pk}?start={2 * CHUNK + 3}").content.decode()
    assert numbers(page) == list(range(2 * CHUNK, LINES))
    beyond = client.get(f"/scheduler/job/{long.pk}?start=99999999").content.decode()
    assert numbers(beyond) == list(range(2 * CHUNK, LINES))


def test_very_long_lines_make_short_pieces(
    client: Client, alice: User, submit: Callable[..., Job], say: Callable[..., None]
) -> None:
    job = submit(alice)
    say(job, [("target", "x" * 90_000)] * 12)
    first = client.get(f"/scheduler/job/{job.pk}/log").json()
    assert 0 < first["end"] < 12
    second = client.get(f"/scheduler/job/{job.pk}/log", {"start": first["end"]}).json()
    assert second["start"] == first["end"] < second["end"]


def test_trouble_of_a_kernel_stands_out(
    client: Client, alice: User, submit: Callable[..., Job], say: Callable[..., None]
) -> None:
    job = submit(alice)
    say(job, [("target", "[ 1.0] Kernel panic - not syncing"), ("target", "all is well")])
    html = client.get(f"/scheduler/job/{job.pk}/log").json()["html"]
    assert html.count('class="line trouble"') == 1
