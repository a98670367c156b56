"""A job is stored whole, with its event, or refused with the reason and not at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User

from pumice.formats import yaml
from pumice.server.events.models import Event
from pumice.server.jobs.models import Job
from pumice.server.jobs.queries import visible
from pumice.server.jobs.secrets import full_definition
from pumice.server.jobs.submission import SubmissionError
from pumice.server.lab.models import Alias, Device, Tag, Worker
from pumice.wire.states import DeviceHealth

Submit = Callable[..., Job]


def changed(text: str, **keys: object) -> str:
    return yaml.dump({**yaml.load(text).data, **keys})


def test_a_job_is_stored_with_its_event(alice: User, submit: Submit, smoke: str) -> None:
    job = submit(alice)
    job.refresh_from_db()
    assert job.original_definition == smoke
    assert (job.description, job.priority, job.requested_device_type_id) == ("smoke", 50, "qemu")
    assert job.metadata == {"purpose": "test"}
    event = Event.objects.get()
    assert event.kind == "testjob"
    assert event.user == "alice"
    assert event.body["state"] == "Submitted"


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"device_type": "no-such"}, "Device unavailable: Device type 'no-such' is unavailable."),
        ({"device": "no-such"}, "Device 'no-such' does not exist."),
        ({"worker": "no-such"}, "Worker 'no-such' does not exist."),
        ({"tags": ["no-such"]}, "Device tag 'no-such' does not exist in the database.."),
        ({"tags": ["hdmi"]}, "No devices of type qemu are available which have all of the tags"),
        ({"priority": 101}, "priority"),
        ({"visibility": {"group": ["no-such"]}}, "No known groups were found"),
        ({"actions": "none"}, "actions"),
        ({"job_name": 7}, "job_name"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_stored(
    keys: dict[str, object], said: str, alice: User, submit: Submit, smoke: str
) -> None:
    Tag.objects.create(name="hdmi")
    with pytest.raises(SubmissionError) as refusal:
        submit(alice, changed(smoke, **keys))
    assert said in str(refusal.value)
    assert not Job.objects.exists()
    assert not Event.objects.exists()


def test_an_escaped_nul_is_refused_with_its_place(alice: User, submit: Submit, smoke: str) -> None:
    with pytest.raises(SubmissionError, match=r"NUL character .*metadata\.purpose"):
        submit(alice, smoke.replace("purpose: test", 'purpose: "a\\0b"'))
    assert not Job.objects.exists()


@pytest.mark.parametrize("text", ["", "- a\n- b", "a: [", "a\x00b", "job_name: x"])
def test_what_is_no_definition_is_refused(text: str, alice: User, submit: Submit) -> None:
    with pytest.raises(SubmissionError, match=r"^Problem with submitted job data: "):
        submit(alice, text)
    assert not Job.objects.exists()


def test_an_error_says_path_and_line(alice: User, submit: Submit, smoke: str) -> None:
    with pytest.raises(SubmissionError) as refusal:
        submit(alice, smoke.replace("method: qemu", "method: qmeu"))
    assert "actions[1].boot" in str(refusal.value)
    assert "line 25" in str(refusal.value)
    assert "qemu" in str(refusal.value)


def test_retired_devices_and_aliases(alice: User, submit: Submit, smoke: str, lab: Worker) -> None:
    Alias.objects.create(name="emulated", device_type_id="qemu")
    assert submit(alice, changed(smoke, device_type="emulated")).requested_device_type_id == "qemu"
    Device.objects.update(health=DeviceHealth.RETIRED)
    with pytest.raises(SubmissionError, match="No devices of type qemu are available"):
        submit(alice)


def test_who_sees_which_job(
    alice: User, bob: User, admin: User, submit: Submit, smoke: str
) -> None:
    team = Group.objects.create(name="team")
    bob.groups.add(team)
    public = submit(alice)
    personal = submit(alice, changed(smoke, visibility="personal"))
    grouped = submit(alice, changed(smoke, visibility={"group": ["team"]}))

    def seen(user: User) -> list[int]:
        asking = User.objects.get(pk=user.pk)  # as each request does
        return sorted(visible(asking).values_list("pk", flat=True))

    assert seen(alice) == seen(admin) == [public.pk, personal.pk, grouped.pk]
    assert seen(bob) == [public.pk, grouped.pk]
    bob.groups.clear()
    assert seen(bob) == [public.pk]


def test_a_secret_that_stands_elsewhere_too_is_masked_there(
    alice: User, submit: Submit, smoke: str
) -> None:
    text = smoke.replace("job_name: smoke", 'job_name: "smoke \\x68unter2-hunter2"')
    text = text.replace("purpose: test", 'purpose: &word "hunter2-hunter2"')
    job = submit(alice, text + "secrets:\n  TOKEN: *word\n")
    job.refresh_from_db()
    stored = job.definition + job.original_definition + job.sealed_definition
    assert "hunter2" not in stored + job.description + str(job.metadata)
    assert job.description == "smoke [MASKED]"
    assert yaml.load(full_definition(job)).data["metadata"] == {"purpose": "hunter2-hunter2"}


def test_secrets_are_stored_only_sealed(alice: User, submit: Submit, smoke: str) -> None:
    text = "# a comment\n" + smoke + 'secrets:\n  TOKEN: "hunter2-hunter2"\n'
    job = submit(alice, text)
    job.refresh_from_db()
    stored = job.definition + job.original_definition + job.sealed_definition
    assert "hunter2" not in stored
    assert "# a comment" in job.original_definition
    assert yaml.load(job.original_definition).data["secrets"] == {"TOKEN": "[MASKED]"}
    assert full_definition(job) == text
