"""``site``, ``maintenance``, ``wait``, the exporters, and commands that have nothing to do."""

from __future__ import annotations

import os
import shutil
from argparse import HelpFormatter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import find_commands, load_command_class
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import override_settings
from django.utils import timezone

from pumice.formats import yaml
from pumice.server.audit.models import Entry
from pumice.server.jobs.models import Job
from pumice.server.lab.models import Device, Worker
from pumice.server.lifecycle.health import set_device_health
from pumice.server.lifecycle.reserve import reserve
from pumice.server.lifecycle.start import start
from pumice.server.settings.load import load
from pumice.server.site import management
from pumice.wire.states import DeviceHealth, JobState

Manage = Callable[..., list[str]]
Refused = Callable[..., str]


@pytest.fixture
def site_file() -> Iterator[Path]:
    folder = Path(settings.PUMICE_DIR) / "settings.d"
    yield folder / "zz-site.yaml"
    shutil.rmtree(folder, ignore_errors=True)


def test_the_site_is_shown(manage: Manage) -> None:
    with override_settings(INSTANCE_NAME="mine", ALLOWED_HOSTS=("lab.org", "localhost")):
        assert manage("site", "list") == ["name  : mine", "domain: lab.org, localhost"]


def test_the_site_s_name_is_a_setting(manage: Manage, site_file: Path) -> None:
    lines = manage("site", "update", "--name", "mine", "--domain", "lab.org")
    assert "answers as lab.org already" in lines[0]
    assert yaml.load(site_file.read_bytes()).data == {"INSTANCE_NAME": "mine"}
    with override_settings(ALLOWED_HOSTS=("localhost",)):
        manage("site", "update", "--domain", "lab.org")
    found = load(Path(settings.PUMICE_DIR), {})
    assert found["INSTANCE_NAME"] == "mine"
    assert found["ALLOWED_HOSTS"] == ("localhost", "lab.org")


def test_a_name_that_is_set_elsewhere_is_not_written(
    manage: Manage, refused: Refused, site_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "PUMICE_INSTANCE_NAME", "theirs")
    assert "set in the environment" in refused("site", "update", "--name", "mine")
    assert not site_file.exists()
    assert "say what to change" in refused("site", "update")
    monkeypatch.delitem(os.environ, "PUMICE_INSTANCE_NAME")
    site_file.write_text("[")
    assert "zz-site.yaml" in refused("site", "update", "--name", "mine")
    assert site_file.read_text() == "["


@pytest.fixture
def running(admin: User, submit: Callable[..., Job]) -> Job:
    job = submit(admin)
    reserve([(job.pk, "qemu-01")])
    start(job.pk)
    return job


def test_devices_go_into_maintenance_and_their_jobs_on(
    running: Job, lab: Worker, manage: Manage
) -> None:
    Device.objects.filter(pk="qemu-02").update(health=DeviceHealth.RETIRED)
    runs = f"qemu-01 runs the job {running.pk}"
    assert manage("maintenance", "--dry-run") == ["* qemu-01", runs]
    assert Device.objects.get(pk="qemu-01").health == DeviceHealth.GOOD
    assert manage("maintenance") == ["* qemu-01", runs]
    healths = dict(Device.objects.values_list("hostname", "health"))
    assert healths == {"qemu-01": DeviceHealth.MAINTENANCE, "qemu-02": DeviceHealth.RETIRED}
    running.refresh_from_db()
    assert running.state == JobState.RUNNING
    assert manage("maintenance") == [runs]


def test_jobs_are_canceled_by_force(
    admin: User, running: Job, manage: Manage, refused: Refused
) -> None:
    assert "no user 'nobody'" in refused("maintenance", "--force", "--user", "nobody")
    lines = manage("maintenance", "--force", "--user", "admin")
    assert lines[-1] == f"qemu-01 runs the job {running.pk}, canceled"
    running.refresh_from_db()
    assert running.state == JobState.CANCELING
    assert set(Entry.objects.filter(kind="device").values_list("who", flat=True)) == {"admin"}


def test_waiting_ends_when_the_database_answers(
    manage: Manage, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts: list[int] = []
    connect = BaseDatabaseWrapper.ensure_connection

    def failing(self: BaseDatabaseWrapper) -> None:
        attempts.append(1)
        if len(attempts) == 1:
            raise OperationalError("the database system is starting up")
        connect(self)

    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", failing)
    (line,) = manage("wait", "database", "--delay", "0")
    assert "is starting up" in line


def test_waiting_for_tables_that_are_there_ends_at_once(manage: Manage, refused: Refused) -> None:
    assert manage("wait", "migrations") == []
    for delay in ("-1", "nan", "soon"):
        assert "seconds are a number" in refused("wait", "migrations", f"--delay={delay}")


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


def test_what_is_not_needed_says_so(manage: Manage, refused: Refused) -> None:
    assert "nothing is stored twice" in manage("check_uniqueness", "--yes", "--dry-run")[0].lower()
    assert "no materialized view" in manage("drop_materialized_views")[0]
    assert "no other store" in refused("copy-logs", "LogsMongo", "--dry-run")


@pytest.mark.parametrize("name", find_commands(management.__path__[0]))
def test_every_command_explains_itself(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")  # usage is wrapped
    command = load_command_class("pumice.server.site", name)
    parser = command.create_parser("pumice manage", name)
    assert command.help in " ".join(parser.format_help().split())
    for action in parser._actions:
        for inner in (action.choices or {}) if isinstance(action.choices, dict) else {}:
            found = action.choices[inner]
            assert found.description
            assert isinstance(found._get_formatter(), HelpFormatter)
            assert found.format_help()
