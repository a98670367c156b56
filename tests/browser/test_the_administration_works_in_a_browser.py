"""Django's administration under the site's policy: its scripts run, and nothing stands inline."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import Page, expect

from pumice.server.jobs.models import Job
from pumice.server.lab.models import Device, Tag, Worker
from pumice.wire.states import DeviceHealth


@pytest.fixture
def administrator(transactional_db: None, sign_in: Callable[[User], None]) -> User:
    user = User.objects.create_superuser("admin", password="secret-of-admin")
    sign_in(user)
    return user


def test_a_device_is_changed_with_tags_that_are_searched(
    page: Page, lab: Worker, administrator: User
) -> None:
    Tag.objects.create(name="usb")
    page.goto("/admin/lab/device/qemu-01/change/")
    page.locator(".field-tags .select2-selection").click()
    page.locator(".select2-search__field").first.fill("us")
    page.get_by_role("option", name="usb").click()
    page.get_by_label("Description").fill("has a stick")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    device = Device.objects.get()
    assert [tag.name for tag in device.tags.all()] == ["usb"]
    assert device.description == "has a stick"


def test_a_grant_is_added_in_a_new_row(page: Page, lab: Worker, administrator: User) -> None:
    Group.objects.create(name="kernel-team")
    page.goto("/admin/lab/device/qemu-01/change/")
    page.get_by_text("Add another Permission of a group").click()
    page.locator("#grants-0 .select2-selection").click()
    page.get_by_role("option", name="kernel-team").click()
    page.locator("#grants-0 select[name=grants-0-level]").select_option("submit_to")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    assert [grant.group.name for grant in Device.objects.get().grants.all()] == ["kernel-team"]


def test_health_is_set_after_a_reason_was_asked(
    page: Page, lab: Worker, administrator: User
) -> None:
    page.goto("/admin/lab/device/")
    page.locator("input.action-select").check()
    page.locator("select[name=action]").select_option("health_maintenance")
    page.get_by_role("button", name="Go").click()
    page.get_by_label("Reason").fill("a new fan")
    page.get_by_role("button", name="Set health to Maintenance").click()
    expect(page.get_by_text("done to 1")).to_be_visible()
    assert Device.objects.get().health == DeviceHealth.MAINTENANCE


def test_permissions_are_chosen_from_a_filtered_list(
    page: Page, administrator: User, alice: User
) -> None:
    page.goto(f"/admin/auth/user/{alice.pk}/change/")
    page.locator("#id_user_permissions_input").press_sequentially("submit_to_device")
    choices = page.locator("#id_user_permissions_from option:visible")
    expect(choices).to_have_count(2)
    page.locator("#id_user_permissions_from").select_option(
        label="lava_scheduler_app.device.submit_to_device"
    )
    page.locator("#id_user_permissions_add").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    assert alice.user_permissions.count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
def test_every_page_loads_without_a_complaint(
    page: Page, new_job: Callable[..., Job], administrator: User, scheme: str, width: int
) -> None:
    job = new_job()
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 800})
    for path in (
        "",
        "lab/device/",
        "lab/device/add/",
        "lab/device/qemu-01/delete/",
        "lab/devicetype/qemu/change/",
        "lab/worker/worker-1/change/",
        "jobs/job/",
        f"jobs/job/{job.pk}/change/",
        "accounts/token/",
        "audit/entry/",
        "auth/group/add/",
    ):
        answer = page.goto(f"/admin/{path}")
        assert answer
        assert answer.status == 200, path
        assert "unsafe-inline" not in answer.headers["content-security-policy"]
