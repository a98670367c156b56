"""scheduler.jobs: submit, validate, show, definition, cancel."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Group, User

from pumice.server.jobs.models import Job
from pumice.server.lab.models import Device, Tag
from pumice.server.lifecycle import reserve, start
from pumice.wire.states import JobHealth, JobState

if TYPE_CHECKING:
    from .conftest import Rpc

KEYS = [
    "id",
    "description",
    "device",
    "device_type",
    "health_check",
    "pipeline",
    "health",
    "state",
    "submitter",
    "submit_time",
    "start_time",
    "end_time",
    "tags",
    "visibility",
    "failure_comment",
    "error_msg",
    "error_type",
]
Submit = Callable[..., Job]


def test_a_submitted_job_is_shown_with_every_field_in_order(
    rpc: Rpc, alice: User, lab: None, smoke: str
) -> None:
    job_id = rpc("scheduler.jobs.submit", smoke, user=alice)
    shown = rpc("scheduler.jobs.show", job_id)
    assert isinstance(shown.pop("submit_time"), datetime)
    assert shown == {
        "id": job_id,
        "description": "smoke",
        "device": None,
        "device_type": "qemu",
        "health_check": False,
        "pipeline": True,
        "health": "Unknown",
        "state": "Submitted",
        "submitter": "alice",
        "start_time": None,
        "end_time": None,
        "tags": [],
        "visibility": "Public",
        "failure_comment": None,
        "error_msg": None,
        "error_type": None,
    }
    assert list(rpc("scheduler.jobs.show", str(job_id))) == KEYS


def test_what_is_known_at_the_end_is_shown(rpc: Rpc, alice: User, submit: Submit) -> None:
    job = submit(alice)
    job.tags.set([Tag.objects.create(name="usb"), Tag.objects.create(name="audio")])
    Job.objects.filter(pk=job.pk).update(
        state=JobState.FINISHED,
        health=JobHealth.INCOMPLETE,
        actual_device="qemu-01",
        error_type="Job",
        error_msg="no \7 prompt",
        failure_comment="cable",
    )
    shown = rpc("scheduler.jobs.show", job.pk)
    assert (shown["state"], shown["health"]) == ("Finished", "Incomplete")
    assert (shown["device"], shown["tags"]) == ("qemu-01", ["audio", "usb"])
    assert (shown["error_type"], shown["failure_comment"]) == ("Job", "cable")
    assert shown["error_msg"] == "no \ufffd prompt"


@pytest.mark.parametrize(
    "text", ["{{{", "- a list", "just text", "", "job_name: smoke\ndevice_type: [", "\tx: 1"]
)
def test_what_is_no_definition_is_refused_and_not_stored(
    rpc: Rpc, alice: User, lab: None, text: str
) -> None:
    code, reason = rpc.fault("scheduler.jobs.submit", text, user=alice)
    assert (code, reason.startswith("Problem with submitted job data: ")) == (400, True)
    assert Job.objects.count() == 0


def test_the_fault_of_a_wrong_definition_says_where(
    rpc: Rpc, alice: User, lab: None, smoke: str
) -> None:
    wrong = smoke.replace("method: qemu", "method: quemu")
    code, reason = rpc.fault("scheduler.jobs.submit", wrong, user=alice)
    assert code == 400
    assert "actions[1].boot" in reason
    assert "line" in reason


def test_an_unknown_device_type_is_a_fault(rpc: Rpc, alice: User, lab: None, smoke: str) -> None:
    wrong = smoke.replace("device_type: qemu", "device_type: toaster")
    expected = (400, "Device unavailable: Device type 'toaster' is unavailable.")
    assert rpc.fault("scheduler.jobs.submit", wrong, user=alice) == expected


def test_a_definition_must_be_text(rpc: Rpc, alice: User, lab: None) -> None:
    assert rpc.fault("scheduler.jobs.submit", 5, user=alice)[0] == -32603


def test_a_valid_definition_has_nothing_to_say(rpc: Rpc, smoke: str) -> None:
    assert rpc("scheduler.jobs.validate", smoke) == {}
    assert rpc("scheduler.jobs.validate", smoke, True) == {}
    assert rpc("scheduler.jobs.validate", smoke, None) == {}


def test_an_invalid_definition_is_answered_with_path_and_message(rpc: Rpc, smoke: str) -> None:
    answer = rpc("scheduler.jobs.validate", smoke.replace("prompts: ['/ # ']", "prompts: 5"))
    assert answer["path"].startswith("['actions[1]', 'boot'")
    assert answer["msg"]
    assert set(answer) == {"path", "msg"}


def test_strict_validation_refuses_unknown_keys(rpc: Rpc, smoke: str) -> None:
    text = smoke.replace("method: qemu", "method: qemu\n    colour: red")
    assert "colour" in str(rpc("scheduler.jobs.validate", text, True))


def test_validating_what_is_not_yaml_is_a_fault(rpc: Rpc) -> None:
    code, _ = rpc.fault("scheduler.jobs.validate", "{{{")
    assert code == -32603


def test_the_definition_is_what_was_submitted(
    rpc: Rpc, alice: User, submit: Submit, smoke: str
) -> None:
    text = f"# a comment\n{smoke}"
    assert rpc("scheduler.jobs.definition", submit(alice, text).pk) == text


def test_secrets_are_shown_to_those_who_may_change_the_job(
    rpc: Rpc, alice: User, bob: User, admin: User, submit: Submit, smoke: str
) -> None:
    job = submit(alice, f"{smoke}secrets:\n  API_KEY: swordfish\n")
    for user in (alice, admin):
        assert "swordfish" in rpc("scheduler.jobs.definition", job.pk, user=user)
    for user in (bob, None):
        assert "swordfish" not in rpc("scheduler.jobs.definition", job.pk, user=user)


def test_the_visibility_is_named(rpc: Rpc, alice: User, submit: Submit) -> None:
    job = submit(alice)
    job.viewing_groups.set([Group.objects.create(name="b"), Group.objects.create(name="a")])
    assert rpc("scheduler.jobs.show", job.pk, user=alice)["visibility"] == "Group (a, b)"
    job.viewing_groups.clear()
    Job.objects.filter(pk=job.pk).update(is_public=False)
    assert rpc("scheduler.jobs.show", job.pk, user=alice)["visibility"] == "Personal"


def test_the_submitter_cancels_a_waiting_job(rpc: Rpc, alice: User, submit: Submit) -> None:
    job = submit(alice)
    assert rpc("scheduler.jobs.cancel", job.pk, user=alice) is True
    shown = rpc("scheduler.jobs.show", job.pk)
    assert (shown["state"], shown["health"]) == ("Finished", "Canceled")


def test_a_running_job_waits_for_its_worker_and_a_second_cancel_changes_nothing(
    rpc: Rpc, alice: User, bob: User, submit: Submit
) -> None:
    job = submit(alice)
    reserve.reserve([(job.pk, "qemu-01")])
    start.start(job.pk)
    assert rpc("scheduler.jobs.cancel", str(job.pk), user=alice) is True
    assert rpc("scheduler.jobs.show", job.pk)["state"] == "Canceling"
    assert rpc("scheduler.jobs.cancel", job.pk, user=bob) is True
    assert Device.objects.get(pk="qemu-01").state != 0


def test_only_those_who_may_change_the_job_cancel_it(
    rpc: Rpc, alice: User, bob: User, admin: User, submit: Submit
) -> None:
    job = submit(alice)
    assert rpc.fault("scheduler.jobs.cancel", job.pk, user=bob) == (403, "Permission denied.")
    assert rpc("scheduler.jobs.show", job.pk)["state"] == "Submitted"
    assert rpc("scheduler.jobs.cancel", job.pk, user=admin) is True


@pytest.mark.parametrize("nothing", [0, "", None])
def test_a_cancel_must_name_a_job(rpc: Rpc, alice: User, nothing: object) -> None:
    expected = (400, "Bad request: TestJob id was not specified.")
    assert rpc.fault("scheduler.jobs.cancel", nothing, user=alice) == expected


@pytest.mark.parametrize("job_id", [4711, "4711", "7.1", "seven", "-1", "", 1.5, True, "9" * 30])
@pytest.mark.parametrize("name", ["show", "definition", "logs"])
def test_a_job_that_does_not_exist_is_not_found(rpc: Rpc, name: str, job_id: object) -> None:
    expected = (404, f"Job '{job_id}' was not found.")
    assert rpc.fault(f"scheduler.jobs.{name}", job_id) == expected
