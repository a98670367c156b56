"""The stream of events: what the listener may see, from a cursor on, without a gap."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User

from pumice.server.events.outbox import Notice, emit
from pumice.server.events.queries import last_seq
from pumice.server.events.stamping import stamp
from pumice.server.jobs.models import Job
from pumice.server.lifecycle.reserve import reserve
from pumice.server.web.streams import CATCH_UP
from pumice.wire import events as bodies

if TYPE_CHECKING:
    from .conftest import Listener

pytestmark = pytest.mark.django_db(transaction=True)


async def test_changes_are_told_as_they_happen(
    listener: Callable[..., Listener], alice: User, submit: Callable[..., Job]
) -> None:
    async with listener("/live") as events:
        assert await events.status() == 200
        job = await sync_to_async(submit)(alice)
        await sync_to_async(stamp)()
        submitted = await events.next()
        assert (submitted.name, submitted.data["job"]) == ("testjob", job.pk)
        await sync_to_async(reserve)([(job.pk, "qemu-01")])
        await sync_to_async(stamp)()
        heard = {event.name: event.data for event in [await events.next(), await events.next()]}
    assert heard["testjob"]["state"] == "Scheduled"
    assert heard["device"]["state"] == "Reserved"
    assert heard["device"]["device"] == "qemu-01"


async def test_what_happened_since_the_page_was_made_is_told_first(
    listener: Callable[..., Listener], alice: User, submit: Callable[..., Job]
) -> None:
    await sync_to_async(submit)(alice)
    await sync_to_async(stamp)()
    seq = await sync_to_async(last_seq)()
    jobs = [await sync_to_async(submit)(alice) for _ in range(3)]
    await sync_to_async(stamp)()
    async with listener("/live", f"after={seq}") as events:
        heard = [await events.next() for _ in range(3)]
    assert [event.data["job"] for event in heard] == [job.pk for job in jobs]
    assert [event.identity for event in heard] == [seq + 1, seq + 2, seq + 3]
    headers = {"last-event-id": str(seq + 2)}
    async with listener("/live", f"after={seq}", headers) as events:
        assert (await events.next()).identity == seq + 3


async def test_hidden_jobs_are_told_only_to_who_may_see_them(
    listener: Callable[..., Listener],
    alice: User,
    bob: User,
    submit: Callable[..., Job],
    smoke: str,
    cookie_of: Callable[[User], str],
) -> None:
    seq = await sync_to_async(last_seq)()
    personal = smoke.replace("visibility: public", "visibility: personal")
    hidden = await sync_to_async(submit)(alice, personal)
    public = await sync_to_async(submit)(alice)
    await sync_to_async(stamp)()
    for user, first in ((None, public), (bob, public), (alice, hidden)):
        cookie = await sync_to_async(cookie_of)(user) if user else None
        async with listener("/live", f"after={seq}", cookie=cookie) as events:
            assert (await events.next()).data["job"] == first.pk


async def test_what_boards_say_is_for_other_readers(
    listener: Callable[..., Listener], alice: User, submit: Callable[..., Job]
) -> None:
    seq = await sync_to_async(last_seq)()
    body = bodies.event(message="from a board", job=1)
    await sync_to_async(emit)([Notice(kind=bodies.EVENT, body=body, job_id=1)])
    job = await sync_to_async(submit)(alice)
    await sync_to_async(stamp)()
    async with listener("/live", f"after={seq}") as events:
        first = await events.next()
    assert (first.name, first.data["job"]) == ("testjob", job.pk)


async def test_who_missed_too_much_is_told_to_read_anew(
    listener: Callable[..., Listener], alice: User, submit: Callable[..., Job]
) -> None:
    body = bodies.worker(hostname="worker-1", state="Online", health="Active")
    notices = [Notice(kind=bodies.WORKER, body=body, worker="worker-1")] * (CATCH_UP + 1)
    await sync_to_async(emit)(notices)
    await sync_to_async(stamp)()
    async with listener("/live", "after=0") as events:
        reload = await events.next()
        assert reload.name == "reload"
        assert reload.identity == await sync_to_async(last_seq)()
        await sync_to_async(submit)(alice)
        await sync_to_async(stamp)()
        assert (await events.next()).name == "testjob"


@pytest.mark.parametrize("after", ["", "x", "-1", "9" * 18, "9" * 40])
async def test_a_wrong_cursor_means_from_now_on(
    listener: Callable[..., Listener], alice: User, submit: Callable[..., Job], after: str
) -> None:
    await sync_to_async(submit)(alice)
    await sync_to_async(stamp)()
    async with listener("/live", f"after={after}") as events:
        assert await events.status() == 200
        job = await sync_to_async(submit)(alice)
        await sync_to_async(stamp)()
        assert (await events.next()).data["job"] == job.pk
