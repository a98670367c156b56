"""A signed-in reader of the API's help calls methods from the page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Locator, Page, expect

from pumice.server.jobs.models import Job
from pumice.server.lab.models import Device, Worker
from pumice.wire.states import JobState


@pytest.fixture
def method(page: Page, alice: User, sign_in: Callable[[User], None]) -> Callable[[str], Locator]:
    """Opens the help as alice, and a method's form on it."""
    sign_in(alice)

    def act(name: str) -> Locator:
        page.goto("/api/help/")
        found = page.locator(f'[id="{name}"]')
        found.get_by_text("Try it").click()
        return found

    return act


def test_a_method_that_reads_is_called_at_once_with_the_arguments_of_its_example(
    lab: Worker, method: Callable[[str], Locator]
) -> None:
    form = method("scheduler.devices.show")
    expect(form.get_by_label("Arguments")).to_have_value('["qemu-01"]')
    form.get_by_role("button", name="Call").click()
    expect(form.get_by_text("The answer, as JSON")).to_be_visible()
    expect(form.locator("pre").last).to_contain_text('"device_type": "qemu"')


def test_a_fault_is_shown_with_its_code_and_text(
    lab: Worker, method: Callable[[str], Locator]
) -> None:
    form = method("scheduler.devices.show")
    form.get_by_label("Arguments").fill('["<no> & \\"such\\" board"]')
    form.get_by_role("button", name="Call").click()
    expect(form.get_by_role("status")).to_have_text(
        "Fault 404: Device '<no> & \"such\" board' was not found."
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("[1,", "the arguments are not JSON"), ('"qemu"', "the arguments must be a list")],
)
def test_arguments_that_are_no_list_are_not_sent(
    method: Callable[[str], Locator], text: str, complaint: str
) -> None:
    form = method("scheduler.devices.show")
    form.get_by_label("Arguments").fill(text)
    form.get_by_role("button", name="Call").click()
    expect(form.get_by_role("status")).to_contain_text(f"Not called: {complaint}")


def test_a_method_that_changes_something_is_called_only_after_a_confirmation(
    page: Page, new_job: Callable[..., Job], method: Callable[[str], Locator]
) -> None:
    job = new_job()
    form = method("scheduler.jobs.cancel")
    form.get_by_label("Arguments").fill(f"[{job.pk}]")
    form.get_by_role("button", name="Call").click()
    asked = page.get_by_role("dialog", name="Make this call?")
    expect(asked).to_contain_text(f"scheduler.jobs.cancel({job.pk})")
    asked.get_by_role("button", name="Do not call").click()
    expect(form.get_by_role("status")).to_have_text("Not called.")
    job.refresh_from_db()
    assert job.state == JobState.SUBMITTED

    form.get_by_role("button", name="Call").click()
    asked.get_by_role("button", name="Call", exact=True).click()
    expect(form.get_by_text("The answer, as JSON")).to_be_visible()
    job.refresh_from_db()
    assert job.state == JobState.FINISHED


def test_values_of_every_kind_go_there_and_come_back(
    lab: Worker, page: Page, method: Callable[[str], Locator]
) -> None:
    Device.objects.update(description="snow \u2603 & <tags>")
    form = method("system.multicall")
    call = '{"methodName": "scheduler.devices.show", "params": ["qemu-01"]}'
    form.get_by_label("Arguments").fill(f'[[{call}, {{"methodName": "no.such", "params": []}}]]')
    form.get_by_role("button", name="Call").click()
    page.get_by_role("dialog").get_by_role("button", name="Call", exact=True).click()
    shown = form.locator("pre").last
    expect(shown).to_contain_text('"description": "snow \u2603 & <tags>"')
    expect(shown).to_contain_text('"pipeline": true')
    expect(shown).to_contain_text('"current_job": null')
    expect(shown).to_contain_text('"faultCode": -32601')


def test_who_is_not_signed_in_reads_the_help_and_is_told_to_sign_in(
    page: Page, lab: Worker
) -> None:
    page.goto("/api/help/")
    expect(page.get_by_text("Sign in to try them on this page.")).to_be_visible()
    expect(page.get_by_text("Try it")).to_have_count(0)
