"""A job's page shows what its board prints while it is open."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from pumice.server.jobs.models import Job
from pumice.server.lifecycle.finish import finish
from pumice.server.lifecycle.reserve import reserve
from pumice.server.lifecycle.start import start


def test_lines_states_and_results_appear_without_loading_the_page_again(
    page: Page, new_job: Callable[..., Job], say: Callable[..., int]
) -> None:
    job = new_job()
    page.goto(f"/scheduler/job/{job.pk}")
    expect(page.locator("#job-head .tag")).to_have_text("Submitted")
    page.evaluate("window.loadedOnce = true")

    reserve([(job.pk, "qemu-01")])
    start(job.pk)
    after = say(job, 0, [("info", "start: 1 deploy"), ("target", "Linux version 6.1")])
    expect(page.locator("#L1 .m")).to_have_text("Linux version 6.1")
    expect(page.locator("#job-head .tag")).to_have_text("Running")
    expect(page.locator("#job-head")).to_contain_text("qemu-01")

    say(job, after, [("results", {"definition": "0_smoke", "case": "true", "result": "pass"})])
    expect(page.locator("#job-results")).to_contain_text("0_smoke")
    expect(page.locator("#L2 a[href^='/results/']")).to_have_text("0_smoke / true")

    finish(job.pk, passed=True)
    expect(page.locator("#job-head .tag")).to_have_text("Complete")
    expect(page.locator(".log-note")).to_have_text("The job has ended.")
    assert page.evaluate("window.loadedOnce") is True
