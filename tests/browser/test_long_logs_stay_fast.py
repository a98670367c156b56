"""A log of 100,000 lines: the page holds only what is seen, and finds every line."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from pumice.server.jobs.models import Job
from pumice.server.lifecycle.finish import finish

LINES = 100_000
HELD = 3_000
"""More lines than this are never in the page at once."""


@pytest.fixture
def long(new_job: Callable[..., Job], say: Callable[..., int]) -> Job:
    """A finished job with a long log; one line in 1,000 is a warning."""
    job = new_job("long")
    for first in range(0, LINES, 20_000):
        numbers = range(first, first + 20_000)
        say(
            job, first, [("target" if n % 1000 else "warning", f"line number {n}") for n in numbers]
        )
    finish(job.pk, passed=True)
    return job


def held(page: Page) -> int:
    return page.locator(".log-view .line").count()


def test_only_what_is_seen_is_held(page: Page, long: Job) -> None:
    page.goto(f"/scheduler/job/{long.pk}")
    expect(page.locator("#L0")).to_be_visible()
    assert held(page) < HELD

    page.get_by_role("button", name="End", exact=True).click()
    expect(page.locator(f"#L{LINES - 1}")).to_be_visible()
    assert held(page) < HELD

    page.goto(f"/scheduler/job/{long.pk}#L54321")
    line = page.locator("#L54321")
    expect(line).to_be_in_viewport()
    expect(line).to_have_text("54321" + "02:05:21.250" + "line number 54321")
    expect(line).to_have_class("line marked")
    assert held(page) < HELD

    for _ in range(30):
        page.locator(".log-view").evaluate("view => view.scrollBy(0, 3000)")
        page.wait_for_timeout(20)
    expect(page.locator("#L54321")).to_have_count(0)
    assert held(page) < HELD


def test_hidden_levels_are_not_even_fetched(page: Page, long: Job) -> None:
    page.goto(f"/scheduler/job/{long.pk}")
    page.get_by_label("output").uncheck()
    expect(page.locator("#L99000")).to_be_attached(timeout=90_000)
    assert held(page) == LINES // 1000
    expect(page.locator("#L1")).to_have_count(0)

    page.reload()
    expect(page.get_by_label("output")).not_to_be_checked()
    page.get_by_label("output").check()
    expect(page.locator("#L1")).to_be_visible()
    assert held(page) < HELD
