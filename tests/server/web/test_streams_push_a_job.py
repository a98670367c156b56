"""The stream of a job: its log and states, resumed, at the client's speed, to who may see it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.test import Client

from pumice.server.events.stamping import stamp
from pumice.server.jobs.models import Job
from pumice.server.lifecycle.cancel import cancel
from pumice.server.lifecycle.finish import finish
from pumice.server.web.logs.ranges import CHUNK

if TYPE_CHECKING:
    from .conftest import Listener

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_finished_job_is_told_whole_and_ends(
    listener: Callable[..., Listener], finished: Job
) -> None:
    async with listener(f"/scheduler/job/{finished.pk}/live") as events:
        state, log, end = await events.rest()
    assert (state.name, log.name, end.name) == ("state", "log", "end")
    assert state.data["health"] == "Incomplete"
    assert state.data["device"] == "qemu-01"
    assert state.data["failure"]["message"] == "nobody logged in"
    assert (log.data["start"], log.data["end"], log.identity) == (0, 5, 5)
    assert "Linux version 6.1" in log.data["html"]
    assert end.data == {"lines": 5}
    assert events.is_over


async def test_lines_and_states_come_when_they_happen(
    listener: Callable[..., Listener],
    alice: User,
    submit: Callable[..., Job],
    say: Callable[..., None],
) -> None:
    job = await sync_to_async(submit)(alice)
    async with listener(f"/scheduler/job/{job.pk}/live") as events:
        assert (await events.next()).data["state"] == "Submitted"
        await sync_to_async(say)(job, [("target", "hello")])
        log = await events.next()
        assert (log.data["start"], log.data["end"]) == (0, 1)
        await sync_to_async(say)(job, [("target", "again")], 1)
        assert (await events.next()).data["start"] == 1
        await sync_to_async(cancel)(job.pk)
        await sync_to_async(stamp)()
        assert (await events.next()).data["health"] == "Canceled"
        assert (await events.next()).name == "end"


@pytest.mark.parametrize("headers", [{}, {"last-event-id": "3"}])
async def test_a_listener_resumes_where_it_was(
    listener: Callable[..., Listener], finished: Job, headers: dict[str, str]
) -> None:
    query = "" if headers else "line=3"
    async with listener(f"/scheduler/job/{finished.pk}/live", query, headers) as events:
        await events.next()
        log = await events.next()
    assert (log.data["start"], log.data["end"]) == (3, 5)


async def test_a_client_that_does_not_read_gets_no_more_than_a_piece(
    listener: Callable[..., Listener],
    alice: User,
    submit: Callable[..., Job],
    say: Callable[..., None],
) -> None:
    job = await sync_to_async(submit)(alice)
    lines = [("target", "x" * 200)] * (8 * CHUNK)
    await sync_to_async(say)(job, lines)
    async with listener(f"/scheduler/job/{job.pk}/live") as events:
        await events.next()
        first = await events.next()
        events.hold()
        known = events.waiting
        await asyncio.sleep(0.3)
        assert events.waiting <= known + 1
        events.let_go()
        ends = [first.identity, *[(await events.next()).identity for _ in range(7)]]
    assert ends == list(range(CHUNK, 9 * CHUNK, CHUNK))


async def test_nobody_hears_a_job_that_they_may_not_see(
    listener: Callable[..., Listener],
    personal: Job,
    alice: User,
    bob: User,
    cookie_of: Callable[[User], str],
) -> None:
    place = f"/scheduler/job/{personal.pk}/live"
    for cookie in (None, await sync_to_async(cookie_of)(bob)):
        async with listener(place, cookie=cookie) as events:
            assert await events.status() == 403
    async with listener(place, cookie=await sync_to_async(cookie_of)(alice)) as events:
        assert await events.status() == 200
    async with listener("/scheduler/job/999999/live") as events:
        assert await events.status() == 404


async def test_who_signs_out_hears_no_more_of_a_personal_job(
    listener: Callable[..., Listener], personal: Job, alice: User, say: Callable[..., None]
) -> None:
    client = Client()
    await sync_to_async(client.force_login)(alice)
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    async with listener(f"/scheduler/job/{personal.pk}/live", cookie=cookie) as events:
        await events.next()
        await sync_to_async(client.logout)()
        await sync_to_async(say)(personal, [("target", "a secret")])
        assert await events.rest() == []
    assert events.is_over


async def test_the_end_follows_the_last_line(
    listener: Callable[..., Listener],
    alice: User,
    submit: Callable[..., Job],
    say: Callable[..., None],
) -> None:
    job = await sync_to_async(submit)(alice)
    async with listener(f"/scheduler/job/{job.pk}/live") as events:
        await events.next()
        await sync_to_async(say)(job, [("target", f"{n}") for n in range(CHUNK + 10)])
        await sync_to_async(finish)(job.pk, passed=True)
        rest = await events.rest()
    assert rest[-1].name == "end"
    assert rest[-1].data == {"lines": CHUNK + 10}
    logs = [event for event in rest if event.name == "log"]
    assert [log.data["start"] for log in logs] == [0, CHUNK]
