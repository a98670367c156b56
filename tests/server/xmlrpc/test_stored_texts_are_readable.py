"""Whatever texts the database holds, every method's answer is XML that a client can read."""

from __future__ import annotations

import xmlrpc.client
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Concat

from pumice.server.accounts import artifacts
from pumice.server.api.xmlrpc import registry
from pumice.server.jobs.models import Document, Job
from pumice.server.lab.models import Alias, Device, Tag, Worker

if TYPE_CHECKING:
    from .conftest import Rpc

STORED = "]]>&<a>\x01\x08\x1b[31m\r\n\t\x7f\x85\u2028\ufffe\uffff😀<!--"
"""What XML cannot hold, or would take for its own."""
NOT_IN_XML = dict.fromkeys(map(ord, "\x01\x08\x1b\ufffe\uffff"), "\ufffd")
PLAIN = {"hostname": "qemu-01", "name": "qemu", "username": "alice", "device_type": "qemu"}
READING = ("list", "show", "get_", "all_", "job_", "user_can_", "pending", "queue", "export_")


@pytest.fixture
def spoilt(alice: User, tested: Job) -> Job:
    """A job with results; all texts of all rows end in hostile characters, but for the keys."""
    Device.objects.get(pk="qemu-01").tags.add(Tag.objects.create(name="usb"))
    Alias.objects.create(name="old", device_type_id="qemu")
    Document.objects.create(job=tested, name="job.yaml", text="text")
    alice.groups.add(Group.objects.create(name="testers"))
    artifacts.add(alice, "server", "secret")
    Worker.objects.create(hostname=f"host{STORED}")
    Device.objects.create(hostname=f"board{STORED}", device_type_id="qemu")
    for model in apps.get_models():
        if model._meta.app_label in ("lab", "jobs", "results", "auth"):
            _spoil(model)
    return Job.objects.get(pk=tested.pk)


def _spoil(model: type[models.Model]) -> None:
    """Make the texts of all rows hostile that neither name the row nor lead to it."""
    for field in model._meta.concrete_fields:
        kept = field.primary_key or field.unique or field.choices or field.name == "sub_id"
        if (
            kept
            or field.name.startswith("sealed")
            or type(field) not in (models.CharField, models.TextField)
        ):
            continue
        room = field.max_length or 100
        if room < 100 or model._meta.model_name in ("permission", "user", "contenttype"):
            continue
        hostile = Concat(F(field.name), Value(STORED), output_field=models.TextField())
        model._default_manager.update(**{field.name: hostile})


def arguments_of(method: registry.Method, job: Job) -> list[Any]:
    """Arguments that name what there is, for those that a call needs."""
    given: dict[str, Any] = {"job_id": job.pk, **PLAIN}
    if ".workers." in method.full_name:
        given["hostname"] = "worker-1"
    if ".tags.show" in method.full_name:
        given["name"] = "usb"
    return [given.get(p.name, "qemu") for p in method.signature.parameters if not p.optional]


METHODS = [
    made
    for made in registry.listed()
    if made.full_name.rpartition(".")[2].startswith(READING) and "perms_" not in made.full_name
]


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.full_name)
def test_an_answer_can_be_read(rpc: Rpc, admin: User, spoilt: Job, method: registry.Method) -> None:
    try:
        rpc(method.full_name, *arguments_of(method, spoilt), user=admin)
    except xmlrpc.client.Fault as fault:
        assert fault.faultCode in (400, 404), fault


def test_a_hostile_name_of_a_job_stands_in_the_list_without_what_xml_cannot_hold(
    rpc: Rpc, admin: User, spoilt: Job
) -> None:
    (row,) = rpc("scheduler.jobs.list", user=admin)
    assert row["description"] == f"smoke{STORED}".translate(NOT_IN_XML)
