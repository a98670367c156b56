"""scheduler's older methods, which clients of long ago call."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
import yaml
from django.contrib.auth.models import Permission, User

from pumice.server.audit.models import Entry
from pumice.server.ingest.append import append
from pumice.server.jobs.models import Job
from pumice.server.jobs.tokens import token_of as job_token
from pumice.server.lab.models import Device, DeviceType, Worker
from pumice.server.lifecycle.finish import finish
from pumice.server.lifecycle.reserve import reserve
from pumice.server.lifecycle.start import start
from pumice.wire.states import DeviceHealth

if TYPE_CHECKING:
    from .conftest import Rpc

LINES = [b'{"dt": "t", "lvl": "target", "msg": "a"}', b'{"dt": "t", "lvl": "target", "msg": "b"}']


@pytest.fixture
def running(alice: User, submit: Callable[..., Job]) -> Job:
    """Alice's job, which runs on ``qemu-01``."""
    job = submit(alice)
    reserve([(job.pk, "qemu-01")])
    start(job.pk)
    return job


def test_a_job_is_submitted_again_and_canceled(
    rpc: Rpc, alice: User, bob: User, lab: Worker, smoke: str
) -> None:
    secret = "# by hand\n" + smoke + "secrets: {TOKEN: 'hunter2-hunter2'}\n"
    first = rpc("scheduler.submit_job", secret, user=alice)
    assert rpc.fault("scheduler.submit_job", "x", user=alice)[0] == 400
    for name in ("scheduler.resubmit_job", "scheduler.jobs.resubmit"):
        assert rpc.fault(name, first, user=bob)[0] == 403
        again = Job.objects.get(pk=rpc(name, str(first), user=alice))
        assert again.submitter == alice
        assert again.original_definition.startswith("# by hand")
        assert "hunter2" not in again.original_definition + again.definition
        assert "hunter2" not in rpc("scheduler.jobs.definition", again.pk, user=bob)
    assert rpc("scheduler.cancel_job", first, user=alice) is True
    assert rpc("scheduler.job_health", first)["job_health"] == "Canceled"
    assert rpc("scheduler.job_state", first) == {"job_id": first, "job_state": "Finished"}
    acts = list(Entry.objects.filter(kind="job").order_by("id").values_list("who", "act"))
    assert acts == [*[("alice", "submit")] * 3, ("alice", "cancel")]


def test_what_a_worker_was_given_is_shown_once_the_job_runs(
    rpc: Rpc, alice: User, submit: Callable[..., Job]
) -> None:
    job = submit(alice)
    code, text = rpc.fault("scheduler.jobs.configuration", job.pk)
    assert (code, text) == (404, f"Job '{job.pk}' has not started yet")
    reserve([(job.pk, "qemu-01")])
    path = f"/scheduler/internal/v1/jobs/{job.pk}/"
    assert rpc.request(b"", path, "GET", HTTP_LAVA_TOKEN=job_token(job)).status == 200
    start(job.pk)
    shown = rpc("scheduler.jobs.configuration", job.pk)
    assert [text is None for text in shown] == [False, False, True, True, True]
    assert yaml.safe_load(shown[1])["hostname"] == "qemu-01"


def test_a_log_is_read_from_a_byte_on(rpc: Rpc, running: Job) -> None:
    missing = (404, "Job output not found.")
    assert rpc.fault("scheduler.job_output", running.pk) == missing
    append(running.pk, 0, LINES)
    whole = rpc("scheduler.job_output", running.pk)
    assert [line["msg"] for line in yaml.safe_load(whole)] == ["a", "b"]
    assert rpc("scheduler.job_output", running.pk, 10) == whole[10:]
    assert rpc("scheduler.job_output", running.pk, len(whole)) == b""
    assert rpc.fault("scheduler.job_output", running.pk, -1)[0] == -32603


def test_the_details_of_a_job_hold_no_secret(rpc: Rpc, running: Job) -> None:
    details = rpc("scheduler.job_details", running.pk)
    assert (details["state"], details["status"]) == ("Running", "Running")
    assert (details["submitter_username"], details["actual_device_id"]) == ("alice", "qemu-01")
    assert details["metadata"] == {"purpose": "test"}
    assert details["absolute_url"] == f"/scheduler/job/{running.pk}"
    assert details["_state"] == {"adding": False, "db": "default"}
    assert not {"token", "sealed_definition"} & set(details)
    assert job_token(running) not in str(details)
    assert running.submitter.password not in str(details)


def test_lists_hold_what_the_caller_may_see(
    rpc: Rpc, admin: User, running: Job, submit: Callable[..., Job]
) -> None:
    waiting = submit(admin)
    rows = rpc("scheduler.all_jobs")
    assert [row[0] for row in rows] == [waiting.pk, running.pk]
    assert [row[2] for row in rows] == ["submitted", "running"]
    assert (rows[0][3], rows[1][3]["hostname"]) == (None, "qemu-01")
    assert rows[0][4]["name"] == "qemu"
    assert rpc("scheduler.all_devices") == [
        ["qemu-01", "qemu", "running", running.pk, True],
        ["qemu-02", "qemu", "idle", None, True],
    ]
    DeviceType.objects.create(name="empty")
    assert rpc("scheduler.pending_jobs_by_device_type") == {"qemu": 1}
    assert rpc("scheduler.pending_jobs_by_device_type", True) == {"qemu": 1, "empty": 0}
    counts = {"idle": 1, "busy": 1, "offline": 0}
    assert rpc("scheduler.all_device_types") == [{"name": "qemu", **counts}]
    Device.objects.filter(pk="qemu-02").update(health=DeviceHealth.BAD)
    assert rpc("scheduler.all_device_types")[0]["offline"] == 1
    assert rpc("scheduler.get_device_status", "qemu-02")["status"] == "offline"


def test_recent_jobs_are_those_that_finished(
    rpc: Rpc, bob: User, alice: User, running: Job
) -> None:
    of_type, of_device = (
        "scheduler.get_recent_jobs_for_device_type",
        "scheduler.get_recent_jobs_for_device",
    )
    assert rpc(of_type, "qemu", 5) == []
    finish(running.pk, passed=False)
    job = {"id": running.pk, "description": "smoke", "status": "Incomplete"}
    assert rpc(of_device, "qemu-01", 5) == [job]
    assert rpc(of_type, "qemu", 5) == [{**job, "device": "qemu-01"}]
    assert rpc(of_type, "qemu", 5, True, user=bob) == rpc(of_type, "qemu", 5, True) == []
    assert rpc(of_type, "qemu", 5, True, user=alice) == [{**job, "device": "qemu-01"}]
    for name in (of_type, of_device):
        assert rpc.fault(name, "", 1)[0] == 400
        assert rpc.fault(name, "qemu-01", -1)[0] == 400
    assert rpc.fault(of_device, "none")[0] == 404
    assert rpc.fault(of_type, "none")[0] == -32603


def test_a_device_goes_and_comes_back_with_a_reason(
    rpc: Rpc, alice: User, admin: User, lab: Worker
) -> None:
    away = ("scheduler.put_into_maintenance_mode", "qemu-01")
    assert rpc.fault(*away, "new fan", user=alice) == (
        403,
        "Permission denied for user to put qemu-01 into maintenance mode.",
    )
    assert rpc.fault(*away, "", user=admin)[0] == 400
    rpc(*away, "new fan", user=admin)
    assert Device.objects.get(pk="qemu-01").health == DeviceHealth.MAINTENANCE
    assert Entry.objects.latest("id").reason == "new fan"
    alice.user_permissions.add(Permission.objects.get(codename="change_device"))
    rpc("scheduler.put_into_online_mode", "qemu-01", "has a fan", user=alice)
    assert Device.objects.get(pk="qemu-01").health == DeviceHealth.UNKNOWN


def test_dictionaries_are_written_shown_rendered_and_checked(
    rpc: Rpc, admin: User, alice: User, lab: Worker
) -> None:
    text = "{% extends 'qemu.jinja2' %}\n{% set memory = 64 %}\n"
    told = rpc("scheduler.import_device_dictionary", "qemu-01", text, user=admin)
    assert told == "Device dictionary updated for qemu-01"
    assert rpc("scheduler.export_device_dictionary", "qemu-01", user=admin) == text.encode()
    assert rpc.fault("scheduler.export_device_dictionary", "qemu-01", user=alice)[0] == 403
    assert rpc.fault("scheduler.import_device_dictionary", "none", text, user=admin)[0] == 404
    assert b"-m 64" in rpc("scheduler.get_device_config", "qemu-01", "{arch: amd64}")
    assert rpc.fault("scheduler.get_device_config", "qemu-01", "[1]")[0] == 400
    assert rpc.fault("scheduler.get_device_config", "none")[0] == 404
    rpc("scheduler.import_device_dictionary", "qemu-02", "", user=admin)
    checked = yaml.safe_load(rpc("scheduler.validate_pipeline_devices", "qemu"))
    assert checked == {
        "qemu-01": {"Valid": None},
        "qemu-02": {"Invalid": "Missing device dictionary"},
    }
    assert set(yaml.safe_load(rpc("scheduler.validate_pipeline_devices", "qemu-01"))) == {"qemu-01"}
    assert rpc.fault("scheduler.validate_pipeline_devices", "none")[0] == 404


def test_a_definition_is_checked_by_the_gate(rpc: Rpc, smoke: str, lab: Worker) -> None:
    assert rpc("scheduler.validate_yaml", smoke) is None
    code, text = rpc.fault("scheduler.validate_yaml", "a: [")
    assert (code, text.startswith("Decoding job submission failed: ")) == (400, True)
    code, text = rpc.fault("scheduler.validate_yaml", "a: 1")
    assert (code, text.startswith("Invalid YAML submission: ")) == (400, True)
