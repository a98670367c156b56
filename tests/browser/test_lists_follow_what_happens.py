"""Lists that are open change when jobs and devices do, without being loaded again."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from pumice.server.jobs.models import Job
from pumice.server.lab.models import Worker
from pumice.server.lifecycle.finish import finish
from pumice.server.lifecycle.presence import seen
from pumice.server.lifecycle.reserve import reserve
from pumice.server.lifecycle.start import start
from pumice.wire.states import WorkerState


def test_a_job_comes_runs_and_ends_in_the_list(page: Page, new_job: Callable[..., Job]) -> None:
    first = new_job("first")
    page.goto("/scheduler/alljobs")
    row = page.locator(f"tr[data-job='{first.pk}']")
    page.evaluate("window.loadedOnce = true")

    reserve([(first.pk, "qemu-01")])
    expect(row.locator(".tag")).to_have_text("Scheduled")
    expect(row.locator("[data-field=device] a")).to_have_text("qemu-01")
    start(first.pk)
    expect(row.locator(".tag")).to_have_text("Running")

    second = new_job("second")
    expect(page.locator("tbody tr").first).to_contain_text("second")
    finish(first.pk, passed=True)
    expect(row.locator(".tag")).to_have_text("Complete")
    expect(row.locator(".tag")).to_have_attribute("data-value", "complete")
    expect(page.locator(f"tr[data-job='{second.pk}'] .tag")).to_have_text("Submitted")
    assert page.evaluate("window.loadedOnce") is True


def test_a_job_leaves_the_queue_when_it_has_a_device(
    page: Page, new_job: Callable[..., Job]
) -> None:
    first, second = new_job("first"), new_job("second")
    page.goto("/scheduler/queue")
    expect(page.locator("tbody tr")).to_have_count(2)
    reserve([(first.pk, "qemu-01")])
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator(f"tr[data-job='{second.pk}']")).to_be_visible()


def test_the_first_page_counts(page: Page, new_job: Callable[..., Job]) -> None:
    page.goto("/")
    waiting = page.locator("#figures li", has_text="queued").locator("b")
    expect(waiting).to_have_text("0")
    job = new_job()
    expect(waiting).to_have_text("1")
    reserve([(job.pk, "qemu-01")])
    expect(waiting).to_have_text("0")


def test_devices_and_workers_change_in_their_lists(page: Page, new_job: Callable[..., Job]) -> None:
    job = new_job()
    page.goto("/scheduler/alldevices")
    row = page.locator("tr[data-device='qemu-01']")
    reserve([(job.pk, "qemu-01")])
    expect(row.locator("[data-field=state]")).to_have_text("Reserved")
    expect(row.locator("[data-field=job] a")).to_have_text(str(job.pk))
    start(job.pk)
    expect(row.locator("[data-field=state]")).to_have_text("Running")
    finish(job.pk, passed=False, error_type="Infrastructure")
    expect(row.locator("[data-field=state]")).to_have_text("Idle")
    expect(row.locator("[data-field=health]")).to_have_text("Unknown")
    expect(row.locator("[data-field=job]")).to_have_text("—")

    Worker.objects.update(state=WorkerState.OFFLINE)
    page.goto("/scheduler/allworkers")
    state = page.locator("tr[data-worker='worker-1'] [data-field=state]")
    expect(state).to_have_text("Offline")
    seen("worker-1", "2026.07")
    expect(state).to_have_text("Online")


def test_a_page_of_a_device_follows_its_jobs(page: Page, new_job: Callable[..., Job]) -> None:
    page.goto("/scheduler/device/qemu-01")
    job = new_job()
    reserve([(job.pk, "qemu-01")])
    expect(page.locator(f"tr[data-job='{job.pk}']")).to_be_visible()
    expect(page.locator("#device-head")).to_contain_text("Reserved")


def test_a_search_in_progress_is_not_disturbed(page: Page, new_job: Callable[..., Job]) -> None:
    page.goto("/scheduler/alljobs")
    search = page.get_by_role("searchbox")
    search.press_sequentially("half a wo")
    job = new_job()
    page.wait_for_timeout(300)
    expect(search).to_have_value("half a wo")
    expect(search).to_be_focused()
    search.fill("")
    search.blur()
    new_job()
    expect(page.locator(f"tr[data-job='{job.pk}']")).to_be_visible()


def test_others_see_no_personal_job_come(
    page: Page, new_job: Callable[..., Job], alice: User, sign_in: Callable[[User], None]
) -> None:
    page.goto("/scheduler/alljobs")
    hidden = new_job("hidden", "personal")
    public = new_job("public")
    expect(page.locator(f"tr[data-job='{public.pk}']")).to_be_visible()
    expect(page.locator(f"tr[data-job='{hidden.pk}']")).to_have_count(0)
    sign_in(alice)
    page.reload()
    expect(page.locator(f"tr[data-job='{hidden.pk}']")).to_be_visible()
