"""Without scripts one can sign in, submit, read a log, and cancel."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, expect

from pumice.server.jobs.models import Job
from pumice.server.lab.models import Worker
from pumice.wire.states import JobHealth


@pytest.fixture
def plain(browser: Browser, site: str) -> Iterator[Page]:
    """A page in a browser that runs no scripts."""
    context = browser.new_context(base_url=site, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_from_signing_in_to_cancelling(
    plain: Page, alice: User, lab: Worker, definition: str
) -> None:
    plain.goto("/scheduler/jobsubmit")
    plain.get_by_role("main").get_by_role("link", name="Sign in").click()
    plain.get_by_label("User name").fill("alice")
    plain.get_by_label("Password").fill("secret-of-alice")
    plain.get_by_role("button", name="Sign in").click()

    plain.get_by_label("Job definition").fill(definition)
    plain.get_by_role("button", name="Submit").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("by hand")
    expect(plain.locator("#job-head .tag")).to_have_text("Submitted")

    plain.get_by_role("button", name="Cancel").click()
    expect(plain.locator("#job-head .tag")).to_have_text("Canceled")
    assert Job.objects.get().health == JobHealth.CANCELED

    plain.get_by_role("group").locator("summary").click()
    plain.get_by_role("button", name="Sign out").click()
    expect(plain.get_by_role("banner").get_by_role("link", name="Sign in")).to_be_visible()


def test_a_log_is_leafed_through(
    plain: Page, new_job: Callable[..., Job], say: Callable[..., int]
) -> None:
    job = new_job()
    say(job, 0, [("target", f"line {n}") for n in range(1_200)])
    plain.goto(f"/scheduler/job/{job.pk}")
    expect(plain.locator("#L1199")).to_be_attached()
    pages = plain.get_by_role("navigation", name="Parts of the log")
    pages.get_by_role("link", name="Earlier").click()
    expect(plain.locator("#L500")).to_be_attached()
    pages.get_by_role("link", name="Start").click()
    expect(plain.locator("#L0")).to_be_attached()
    pages.get_by_role("link", name="Later").click()
    expect(plain.locator("#L500")).to_be_attached()


def test_a_list_is_searched(plain: Page, new_job: Callable[..., Job]) -> None:
    new_job("one")
    new_job("two")
    plain.goto("/scheduler/alljobs")
    plain.get_by_role("searchbox").fill("two")
    plain.get_by_role("button", name="Search").click()
    expect(plain.locator("tbody tr")).to_have_count(1)
    expect(plain.locator("tbody tr")).to_contain_text("two")
