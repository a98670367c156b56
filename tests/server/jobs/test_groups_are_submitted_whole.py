"""A MultiNode definition becomes a job for each role and count, or nothing at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User

from pumice.formats import yaml
from pumice.server.audit.models import Entry
from pumice.server.events.models import Event
from pumice.server.jobs import secrets
from pumice.server.jobs.groups import jobs_of_group
from pumice.server.jobs.models import Job
from pumice.server.jobs.submission import SubmissionError
from pumice.server.lab.models import Device, Tag, Worker
from pumice.wire.states import DeviceHealth

Submit = Callable[..., Job]


def with_roles(text: str, **roles: dict[str, object]) -> str:
    """The group with these keys of its roles changed."""
    data: dict[str, Any] = yaml.load(text).data
    for name, keys in roles.items():
        data["protocols"]["lava-multinode"]["roles"][name].update(keys)
    return yaml.dump(data)


def test_a_job_is_stored_for_each_part(alice: User, submit: Submit, group: str) -> None:
    first = submit(alice, group)
    jobs = list(jobs_of_group(first))
    assert [job.sub_id for job in jobs] == [f"{first.pk}.{n}" for n in range(3)]
    assert [job.display_id for job in jobs] == [job.sub_id for job in jobs]
    assert len({job.target_group for job in jobs}) == 1
    assert [job.requested_device_type_id for job in jobs] == ["qemu", None, "qemu"]
    assert [job.is_guest for job in jobs] == [False, True, False]
    assert {job.multinode_definition for job in jobs} == {group}
    assert {job.queue_timeout for job in jobs} == {3600}
    part = yaml.load(jobs[2].definition).data
    assert part["protocols"]["lava-multinode"]["target_group"] == str(first.target_group)
    assert part["protocols"]["lava-multinode"]["sub_id"] == 2
    assert [next(iter(item)) for item in part["actions"]] == ["deploy", "boot"]


def test_each_part_has_its_event_and_its_entry(alice: User, submit: Submit, group: str) -> None:
    jobs = list(jobs_of_group(submit(alice, group)))
    bodies = list(Event.objects.order_by("pk").values_list("body", flat=True))
    assert [(body["job"], body["sub_id"]) for body in bodies] == [
        (job.pk, job.sub_id) for job in jobs
    ]
    assert Entry.objects.filter(act="submit").count() == 3


def test_secrets_of_a_group_are_stored_only_sealed(alice: User, submit: Submit, group: str) -> None:
    text = group + 'secrets:\n  TOKEN: "hunter2-hunter2"\n'
    for job in jobs_of_group(submit(alice, text)):
        stored = job.definition + job.original_definition + job.multinode_definition
        assert "hunter2" not in stored + job.sealed_definition
        assert "# two machines" in secrets.masked_definition(job)
        assert secrets.full_definition(job) == text
        own = yaml.load(secrets.definition_to_run(job)).data
        assert own["secrets"] == {"TOKEN": "hunter2-hunter2"}
        assert own["protocols"]["lava-multinode"]["sub_id"] == job.place


def test_secrets_that_stand_elsewhere_too_do_no_harm(
    alice: User, submit: Submit, group: str
) -> None:
    job = submit(alice, group + "secrets: {A: lava-multinode, B: essential, C: sub_id}\n")
    own = yaml.load(secrets.definition_to_run(job)).data
    assert own["protocols"]["lava-multinode"]["role"] == "server"


def test_tags_and_pinned_devices_are_those_of_the_role(
    alice: User, submit: Submit, group: str
) -> None:
    Device.objects.get(pk="qemu-02").tags.add(Tag.objects.create(name="usb"))
    text = with_roles(group, server={"device": "qemu-01"}, client={"tags": ["usb"]})
    server, guest, client = jobs_of_group(submit(alice, text))
    assert (server.requested_device_id, client.requested_device_id) == ("qemu-01", None)
    assert [[tag.name for tag in job.tags.all()] for job in (server, guest, client)] == [
        [],
        [],
        ["usb"],
    ]


WRONG: list[tuple[dict[str, dict[str, object]], str]] = [
    ({"server": {"device_type": "bbb"}}, r"^Device unavailable: Device type 'bbb' is unavailable"),
    ({"client": {"count": 2}}, r"^Device unavailable: Not enough devices: .*2 of its 3 jobs"),
    (
        {"server": {"device": "qemu-01"}, "client": {"device": "qemu-01"}},
        r"^Device unavailable: Not enough devices",
    ),
    (
        {"client": {"device": "qemu-01", "count": 2}},
        "Specific device 'qemu-01' cannot be used when count is greater than 1",
    ),
    ({"client": {"device": "no-such"}}, r"Device 'no-such' does not exist.*roles\.client\.device"),
    ({"client": {"worker": "no-such"}}, r"Worker 'no-such' does not exist"),
    ({"client": {"tags": ["x"]}}, r"^Invalid job definition: Device tag 'x' does not exist in the"),
    ({"guest": {"host_role": "sever"}}, "did you mean 'server'"),
    ({"guest": {"expect_role": "sever"}}, "did you mean 'server'"),
    ({"server": {"count": 2}}, "the host role 'server' of 'guest' needs 'count: 1'"),
    ({"server": {"connection": "ssh"}}, "'device_type' and 'connection' exclude each other"),
]


@pytest.mark.parametrize(("roles", "said"), WRONG, ids=[said for _, said in WRONG])
def test_what_is_wrong_is_named_and_nothing_is_stored(
    roles: dict[str, dict[str, object]], said: str, alice: User, submit: Submit, group: str
) -> None:
    with pytest.raises(SubmissionError, match=said):
        submit(alice, with_roles(group, **roles))
    assert not Job.objects.exists()
    assert not Event.objects.exists()


def test_a_group_larger_than_its_workers_limit_is_refused(
    alice: User, submit: Submit, group: str, lab: Worker
) -> None:
    Worker.objects.update(job_limit=1)
    with pytest.raises(SubmissionError, match="Not enough devices"):
        submit(alice, group)


def test_retired_devices_do_not_count(alice: User, submit: Submit, group: str) -> None:
    Device.objects.filter(pk="qemu-02").update(health=DeviceHealth.RETIRED)
    with pytest.raises(SubmissionError, match="Not enough devices"):
        submit(alice, group)


def test_an_action_without_a_role_is_refused(alice: User, submit: Submit, group: str) -> None:
    text = group.replace("role: [server, client], method", "method")
    with pytest.raises(SubmissionError, match=r"'role' is missing.*actions\[1\]\.boot"):
        submit(alice, text)


def test_a_group_with_too_much_text_is_refused(alice: User, submit: Submit, group: str) -> None:
    text = with_roles(group, client={"count": 1000 - 2}) + "#" * 60_000
    with pytest.raises(SubmissionError, match="are too much: at most"):
        submit(alice, text)
