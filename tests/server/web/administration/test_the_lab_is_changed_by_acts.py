"""What administrators change of the lab goes through acts: noted, announced, or refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from pumice.server.audit.models import Entry
from pumice.server.events.models import Event
from pumice.server.jobs.models import Job
from pumice.server.lab.models import Alias, Device, DeviceGrant, DeviceType, Tag, Worker
from pumice.wire.states import DeviceHealth, JobState, WorkerHealth

if TYPE_CHECKING:
    from .conftest import Forms

GRANT = {
    "grants-TOTAL_FORMS": "1",
    "grants-0-id": "",
    "grants-0-level": "2",
}


def noted() -> list[tuple[str, ...]]:
    rows = Entry.objects.filter(via="admin").order_by("id")
    return list(rows.values_list("who", "via", "act", "kind", "subject"))


def test_a_device_is_added_with_tags_owner_and_grants(
    forms: Forms, lab: Worker, alice: User
) -> None:
    usb = Tag.objects.create(name="usb")
    group = Group.objects.create(name="kernel-team")
    forms.send(
        "lab/device/add/",
        hostname="board-01",
        device_type="qemu",
        worker_host="worker-1",
        description="In the rack",
        tags=[usb.pk],
        physical_owner=alice.pk,
        **{**GRANT, "grants-0-group": group.pk},
    )
    device = Device.objects.get(pk="board-01")
    assert (device.device_type_id, device.worker_host_id) == ("qemu", "worker-1")
    assert (device.health, device.physical_owner) == (DeviceHealth.UNKNOWN, alice)
    assert list(device.tags.all()) == [usb]
    assert list(DeviceGrant.objects.values_list("device", "group")) == [("board-01", group.pk)]
    assert set(noted()) == {
        ("admin", "admin", act, "device", "board-01") for act in ("add", "change", "grant")
    }


def test_a_device_is_changed_and_its_links_with_it(forms: Forms, lab: Worker) -> None:
    device = Device.objects.get(pk="qemu-01")
    usb, net = (Tag.objects.create(name=name) for name in ("usb", "net"))
    device.tags.add(usb)
    group = Group.objects.create(name="kernel-team")
    grant = DeviceGrant.objects.create(device=device, group=group, level=2)
    forms.send(
        "lab/device/qemu-01/change/",
        hostname="other",
        device_type="qemu",
        worker_host="",
        description="moved",
        tags=[net.pk],
        state="2",
        health="5",
        **{
            "grants-TOTAL_FORMS": "1",
            "grants-INITIAL_FORMS": "1",
            "grants-0-id": grant.pk,
            "grants-0-device": "qemu-01",
            "grants-0-DELETE": "on",
        },
    )
    device.refresh_from_db()
    assert (device.worker_host, device.description) == (None, "moved")
    assert (device.state, device.health) == (0, DeviceHealth.GOOD), "states are not edited by hand"
    assert list(device.tags.all()) == [net]
    assert not DeviceGrant.objects.exists()
    assert {act for _, _, act, _, _ in noted()} == {"change", "revoke"}


def test_a_form_that_changes_nothing_notes_nothing(forms: Forms, lab: Worker) -> None:
    forms.send("lab/device/qemu-01/change/", device_type="qemu", worker_host="worker-1")
    assert noted() == []


@pytest.mark.parametrize("name", ["a/b", ".hidden", "x" * 300])
def test_a_name_that_can_be_none_is_corrected_in_the_form(
    forms: Forms, lab: Worker, name: str
) -> None:
    page = forms.send("lab/device/add/", 200, hostname=name, device_type="qemu")
    assert "errorlist" in page
    assert Device.objects.count() == 2


def test_health_is_set_with_a_reason_and_announced(forms: Forms, lab: Worker) -> None:
    page = forms.act("lab/device/", "health_maintenance", "qemu-01", "qemu-02", reason="a new fan")
    assert "Set health to Maintenance: done to 2." in page
    assert set(Device.objects.values_list("health", flat=True)) == {DeviceHealth.MAINTENANCE}
    assert set(Entry.objects.filter(via="admin").values_list("reason", flat=True)) == {"a new fan"}
    assert Event.objects.filter(kind="device").count() == 2
    again = forms.act("lab/device/", "health_maintenance", "qemu-01")
    assert "done to 0. 1 stayed as they were." in again


def test_a_workers_health_takes_its_devices_with_it(forms: Forms, lab: Worker) -> None:
    forms.act("lab/worker/", "health_retired", "worker-1")
    assert Worker.objects.get().health == WorkerHealth.RETIRED
    assert set(Device.objects.values_list("health", flat=True)) == {DeviceHealth.RETIRED}


def test_a_job_is_canceled_with_a_reason(
    forms: Forms, alice: User, submit: Callable[..., Job]
) -> None:
    job = submit(alice)
    forms.act("jobs/job/", "cancel", job.pk, reason="power cut")
    job.refresh_from_db()
    assert (job.state, job.failure_comment) == (JobState.FINISHED, "power cut")
    entry = Entry.objects.get(act="cancel")
    assert (entry.who, entry.subject, entry.reason) == ("admin", str(job.pk), "power cut")


def test_a_job_cannot_be_edited_and_is_deleted_after_its_end(
    forms: Forms, finished: Job, alice: User, submit: Callable[..., Job]
) -> None:
    waiting = submit(alice)
    assert (
        forms.client.post(f"/admin/jobs/job/{waiting.pk}/change/", {"state": 5}).status_code == 403
    )
    page = forms.send(f"jobs/job/{waiting.pk}/delete/", post="yes")
    assert "has not ended: cancel it first" in page
    forms.send(f"jobs/job/{finished.pk}/delete/", post="yes")
    assert list(Job.objects.all()) == [waiting]


def test_what_an_act_refuses_is_told(forms: Forms, lab: Worker) -> None:
    page = forms.send("lab/devicetype/qemu/delete/", post="yes")
    assert "There are devices or jobs of the device type 'qemu'" in page
    Device.objects.filter(pk="qemu-01").update(state=2)
    assert (
        "jobs hold devices of the worker"
        in forms.send("lab/worker/worker-1/delete/", post="yes").lower()
    )
    fields = {
        "action": "delete_selected",
        "_selected_action": ["qemu-02", "qemu-01"],
        "post": "yes",
    }
    assert "A job holds or waits for the device" in forms.send("lab/device/", **fields)
    assert Worker.objects.exists()
    assert DeviceType.objects.exists()


def test_device_types_and_their_aliases(forms: Forms, lab: Worker) -> None:
    values: dict[str, Any] = {"display": "on", "health_frequency": "10", "health_denominator": "1"}
    alias = {"aliases-TOTAL_FORMS": "1", "aliases-0-name": "bbb"}
    forms.send("lab/devicetype/add/", name="beaglebone-black", **values, **alias)
    kind = DeviceType.objects.get(pk="beaglebone-black")
    assert (kind.health_frequency, kind.health_denominator) == (10, 1)
    assert Alias.objects.get().device_type == kind
    forms.send("lab/alias/bbb/change/", device_type="qemu")
    assert Alias.objects.get().device_type_id == "qemu"
    forms.send("lab/alias/bbb/change/", device_type="")
    assert Alias.objects.get().device_type is None
    forms.send("lab/alias/bbb/delete/", post="yes")
    forms.send("lab/devicetype/beaglebone-black/delete/", post="yes")
    assert not DeviceType.objects.filter(pk="beaglebone-black").exists()
    assert [(act, what) for _, _, act, what, _ in noted()] == [
        ("add", "device type"),
        ("add", "alias"),
        ("change", "alias"),
        ("change", "alias"),
        ("delete", "alias"),
        ("delete", "device type"),
    ]


def test_workers_and_tags(forms: Forms, db: None) -> None:
    page = forms.send("lab/worker/add/", hostname="worker-9", description="new", job_limit="3")
    worker = Worker.objects.get()
    assert (worker.hostname, worker.job_limit) == ("worker-9", 3)
    assert "worker-9" in page
    forms.send("lab/tag/add/", name="usb", description="has a stick")
    tag = Tag.objects.get()
    forms.send(f"lab/tag/{tag.pk}/change/", name="other", description="has two")
    tag.refresh_from_db()
    assert (tag.name, tag.description) == ("usb", "has two")
    forms.send(f"lab/tag/{tag.pk}/delete/", post="yes")
    forms.send("lab/worker/worker-9/delete/", post="yes")
    assert [(act, what) for _, _, act, what, _ in noted()] == [
        ("add", "worker"),
        ("change", "worker"),
        ("add", "tag"),
        ("change", "tag"),
        ("delete", "tag"),
        ("delete", "worker"),
    ]


def test_nothing_is_deleted_where_the_site_says_so(
    forms: Forms, client: Client, lab: Worker, settings: Any
) -> None:
    settings.ALLOW_ADMIN_DELETE = False
    assert client.post("/admin/lab/device/qemu-01/delete/", {"post": "yes"}).status_code == 403
    page = client.get("/admin/lab/device/").content.decode()
    assert "delete_selected" not in page
    assert "health_bad" in page
    fields = {"action": "delete_selected", "_selected_action": ["qemu-01"], "post": "yes"}
    client.post("/admin/lab/device/", fields)
    assert Device.objects.count() == 2


def test_actions_need_the_permission_to_change(staff: Callable[..., Client], lab: Worker) -> None:
    carol = staff("view_device")
    fields = {"action": "health_bad", "_selected_action": ["qemu-01"], "reason": ""}
    carol.post("/admin/lab/device/", fields)
    assert Device.objects.get(pk="qemu-01").health == DeviceHealth.GOOD
