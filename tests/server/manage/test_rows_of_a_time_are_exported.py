"""``testjob_exporter`` and ``transition_exporter``: files of comma-separated values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.contrib.auth.models import User
from django.utils import timezone

from pumice.server.jobs.models import Job
from pumice.server.lab.models import Worker
from pumice.server.lifecycle.health import set_device_health
from pumice.wire.states import DeviceHealth

Manage = Callable[..., list[str]]
Refused = Callable[..., str]


def test_jobs_of_a_time_are_exported(
    admin: User, submit: Callable[..., Job], manage: Manage, refused: Refused, tmp_path: Path
) -> None:
    old, new = submit(admin), submit(admin)
    today = timezone.now().date().isoformat()
    Job.objects.filter(pk=old.pk).update(submit_time=timezone.now() - timedelta(days=2))
    export = ("testjob_exporter", "--output-dir", str(tmp_path / "out"), "--start-date")
    file = tmp_path / "out" / "testjobs.csv"
    assert manage(*export, today, "--end-date", today) == [f"{file}: 1 rows"]
    head, row = file.read_text().splitlines()
    assert head.startswith("id,submitter,description,requested_device_type,")
    assert row.startswith(f"{new.pk},admin,smoke,qemu,,False,50,Submitted,Unknown,")
    assert manage(*export, "2020-01-01") == [f"{file}: 2 rows"]
    assert "a day is written as" in refused(*export, "yesterday")
    (tmp_path / "file").touch()
    blocked = ("testjob_exporter", "--output-dir", str(tmp_path / "file"), "--start-date", today)
    assert "cannot be written" in refused(*blocked)


def test_changes_of_devices_are_exported(lab: Worker, manage: Manage, tmp_path: Path) -> None:
    set_device_health(None, "qemu-01", DeviceHealth.BAD)
    manage("transition_exporter", "--output-dir", str(tmp_path), "--start-date", "2020-01-01")
    head, row = (tmp_path / "transitions.csv").read_text().splitlines()
    assert head == "time,device,device_type,worker,state,health,job"
    assert row.split(",", 1)[1] == "qemu-01,qemu,worker-1,Idle,Bad,"
