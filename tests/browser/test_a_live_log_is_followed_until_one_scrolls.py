"""A live log goes with what comes, until the reader looks at something else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from pumice.server.jobs.models import Job
from pumice.server.lifecycle.reserve import reserve
from pumice.server.lifecycle.start import start

if TYPE_CHECKING:
    from .conftest import Serving


@pytest.fixture
def running(new_job: Callable[..., Job], say: Callable[..., int]) -> Job:
    """A job that runs and has written 400 lines."""
    job = new_job()
    reserve([(job.pk, "qemu-01")])
    start(job.pk)
    say(job, 0, [("target", f"line {n}") for n in range(400)])
    return job


def test_new_lines_are_followed(page: Page, running: Job, say: Callable[..., int]) -> None:
    page.goto(f"/scheduler/job/{running.pk}")
    follow = page.get_by_role("button", name="Follow")
    expect(follow).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#L399")).to_be_in_viewport()
    after = say(running, 400, [("target", f"line {n}") for n in range(400, 1200)])
    expect(page.locator("#L1199")).to_be_in_viewport()

    page.locator(".log-view").hover()
    page.mouse.wheel(0, -2000)
    expect(follow).to_have_attribute("aria-pressed", "false")
    say(running, after, [("target", f"line {n}") for n in range(1200, 1300)])
    page.wait_for_timeout(300)
    expect(page.locator("#L1299")).not_to_be_in_viewport()

    follow.click()
    expect(page.locator("#L1299")).to_be_in_viewport()
    say(running, 1300, [("target", "the last")])
    expect(page.locator("#L1300")).to_be_in_viewport()


def test_every_line_comes_once(page: Page, running: Job, say: Callable[..., int]) -> None:
    page.goto(f"/scheduler/job/{running.pk}")
    for first in range(400, 900, 7):
        say(running, first, [("target", f"line {n}") for n in range(first, first + 7)])
    expect(page.locator("#L903")).to_be_attached()
    shown = page.locator(".line").evaluate_all("all => all.map(line => Number(line.id.slice(1)))")
    assert shown == list(range(min(shown), 904))


def test_a_link_to_a_line_is_not_scrolled_away(
    page: Page, running: Job, say: Callable[..., int]
) -> None:
    page.goto(f"/scheduler/job/{running.pk}#L20")
    expect(page.locator("#L20")).to_be_in_viewport()
    say(running, 400, [("target", f"line {n}") for n in range(400, 700)])
    page.wait_for_timeout(300)
    expect(page.locator("#L20")).to_be_in_viewport()
    page.locator("#L22 .n").click()
    expect(page.locator("#L22")).to_have_class("line marked")
    assert page.url.endswith("#L22")


def test_a_lost_connection_is_taken_up_where_it_was_cut(
    context: BrowserContext, serving: Serving, running: Job, say: Callable[..., int]
) -> None:
    page = context.new_page()
    page.goto(f"/scheduler/job/{running.pk}")
    expect(page.locator("#L399")).to_be_in_viewport()
    say(running, 400, [("target", "before the cut")])
    expect(page.locator("#L400")).to_be_attached()
    serving.cut()
    expect(page.locator(".log-note")).to_have_text("The connection is lost; trying again.")
    say(running, 401, [("target", "during the cut")])
    expect(page.locator("#L401 .m")).to_have_text("during the cut")
    expect(page.locator(".log-note")).to_have_text("")
    assert page.locator("#L400").count() == 1
