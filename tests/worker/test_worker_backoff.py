"""Pauses between tries: longer each time, short after a success, over when the server is back."""

from __future__ import annotations

import asyncio

import pytest

from pumice.worker.backoff import Backoff, Recovery


def test_pauses_double_to_their_limit_and_are_shortened_by_half_at_most() -> None:
    backoff = Backoff(Recovery(), first=0.1, longest=10.0)
    full = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0]
    pauses = [backoff.next() for _ in full]
    assert all(limit / 2 <= pause <= limit for pause, limit in zip(pauses, full, strict=True))


def test_after_a_success_the_next_pause_is_short_again() -> None:
    backoff = Backoff(Recovery(), first=0.1)
    for _ in range(10):
        backoff.next()
    backoff.reset()
    assert backoff.next() <= 0.1


@pytest.mark.parametrize("waiting", [1, 3])
async def test_all_who_pause_go_on_when_the_server_is_heard_from(waiting: int) -> None:
    recovery = Recovery()
    pauses = [asyncio.create_task(Backoff(recovery, first=3600).pause()) for _ in range(waiting)]
    await asyncio.sleep(0)
    assert not any(pause.done() for pause in pauses)
    recovery.announce()
    async with asyncio.timeout(5):
        await asyncio.gather(*pauses)


async def test_who_pauses_later_waits_for_the_next_sign() -> None:
    recovery = Recovery()
    recovery.announce()
    pause = asyncio.create_task(recovery.wait(3600))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not pause.done()
    pause.cancel()
