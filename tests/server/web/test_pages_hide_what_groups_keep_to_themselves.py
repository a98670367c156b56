"""What is granted to a group to view is on its members' pages, and on nobody else's."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from pumice.server.accounts.grants import Level
from pumice.server.jobs.models import Job
from pumice.server.lab.models import DeviceGrant, WorkerGrant

OF_DEVICE = ["/scheduler/device/qemu-01", "/scheduler/device/qemu-01/devicedict"]
LISTS = ["/scheduler/alldevices", "/scheduler/device_type/qemu", "/scheduler/worker/worker-1"]


@pytest.fixture
def restricted(alice: User, finished: Job) -> None:
    """``qemu-01`` is for alice's team alone, and so is the worker ``worker-1``."""
    team = Group.objects.create(name="team")
    alice.groups.add(team)
    DeviceGrant.objects.create(device_id="qemu-01", group=team, level=Level.VIEW)


@pytest.mark.parametrize("path", OF_DEVICE)
@pytest.mark.usefixtures("restricted")
def test_a_hidden_device_has_no_page(client: Client, alice: User, bob: User, path: str) -> None:
    assert client.get(path).status_code == 404
    client.force_login(bob)
    assert client.get(path).status_code == 404
    client.force_login(alice)
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.usefixtures("restricted")
def test_a_hidden_device_is_in_no_list(client: Client, alice: User, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert b"qemu-01" not in page.content
    assert b"qemu-02" in page.content
    client.force_login(alice)
    assert b"qemu-01" in client.get(path).content


@pytest.mark.usefixtures("restricted")
def test_a_hidden_device_is_not_counted(client: Client, alice: User) -> None:
    def idle() -> int:
        [row] = client.get("/scheduler/device_types").context["table"].rows
        return row.idle

    assert idle() == 1
    client.force_login(alice)
    assert idle() == 2


@pytest.mark.usefixtures("restricted")
def test_the_jobs_of_a_hidden_device_are_hidden_with_it(
    client: Client, bob: User, finished: Job
) -> None:
    path = f"/scheduler/job/{finished.pk}"
    assert client.get(path).status_code == 403
    assert f'{path}"'.encode() not in client.get("/scheduler/alljobs").content


@pytest.mark.usefixtures("restricted")
def test_a_hidden_worker_has_no_page(client: Client, alice: User) -> None:
    WorkerGrant.objects.create(worker_id="worker-1", group=Group.objects.get(), level=Level.VIEW)
    assert client.get("/scheduler/worker/worker-1").status_code == 404
    assert b"/scheduler/worker/worker-1" not in client.get("/scheduler/allworkers").content
    client.force_login(alice)
    assert client.get("/scheduler/worker/worker-1").status_code == 200
