"""A whole lab: what its first start makes, what it needs, and that it comes and goes."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from pumice.testing.running_lab import ROLES, RunningLab
from pumice.wire.coordinator import HEADER, Call, Reply, Request, Settings

MEMORY_MB = 250


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    folder = tmp_path_factory.mktemp("supervisor") / "lab"
    with RunningLab(folder, database=f"sqlite://{folder}/database.sqlite3") as running:
        yield running


def _is_whole(lab: RunningLab) -> bool:
    return all(len(lab.processes(role)) == _count(role) for role in ROLES)


def _count(role: str) -> int:
    return min(len(os.sched_getaffinity(0)), 4) if role == "web" else 1


def _up(directory: Path, listen: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pumice", "up", "--dir", str(directory), "--listen", listen],
        capture_output=True,
        text=True,
        timeout=30,
    )


def test_the_first_start_makes_an_administrator_and_a_board(lab: RunningLab) -> None:
    assert lab.admin()["url"] == lab.url
    assert stat.S_IMODE((lab.directory / "admin.json").stat().st_mode) == 0o600
    with lab.rpc() as rpc:
        device = rpc.scheduler.devices.show("qemu-01")
        assert device["worker"] in rpc.scheduler.workers.list()
    assert (device["device_type"], device["health"]) == ("qemu", "Good")


def test_each_role_is_one_process_but_for_the_web_which_has_one_a_processor(
    lab: RunningLab,
) -> None:
    lab.wait_for(lambda: _is_whole(lab), 30, "a process for each role")
    assert len(lab.processes("all")) == sum(map(_count, ROLES))


def test_jobs_of_a_group_can_meet_also_when_the_coordinator_was_killed(lab: RunningLab) -> None:
    port = int((lab.directory / "run" / "coordinator-port").read_text())
    assert _group_data(port, "one") == "wait"
    assert lab.kill("coordinator")
    assert _group_data(port, "two") == "group_data"


def _group_data(port: int, job: str) -> str:
    """What the coordinator answers to this job of a group of two."""
    request = Request(call=Call.GROUP_DATA, client=job, group="g", role="r", group_size=2)
    with socket.create_connection(("127.0.0.1", port), 30) as connection:
        connection.sendall(request.to_frame(Settings()))
        connection.shutdown(socket.SHUT_WR)
        return str(Reply.from_body(connection.makefile("rb").read()[HEADER:]).response)


def test_all_of_them_together_are_small(lab: RunningLab) -> None:
    kilobytes = 0
    for pid in lab.processes("all"):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                kilobytes += int(line.split()[1])
    assert 0 < kilobytes / 1024 <= MEMORY_MB


def test_the_workers_token_is_its_owners_alone(lab: RunningLab) -> None:
    assert stat.S_IMODE((lab.directory / "worker" / "token").stat().st_mode) == 0o600


def test_a_second_lab_in_the_same_folder_is_refused(lab: RunningLab) -> None:
    done = _up(lab.directory, "127.0.0.1:0")
    assert done.returncode == 2
    assert "is in use by another pumice up" in done.stderr


def test_a_port_that_is_taken_is_refused(lab: RunningLab, tmp_path: Path) -> None:
    done = _up(tmp_path / "other", lab.url.removeprefix("http://"))
    assert done.returncode == 2
    assert done.stderr.startswith("Error: cannot listen on 127.0.0.1:")


def test_a_setting_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text("WEB_PROCESES: 2\n")
    done = _up(tmp_path, "127.0.0.1:0")
    assert done.returncode == 2
    assert "did you mean WEB_PROCESSES?" in done.stderr


def test_a_lab_that_was_stopped_starts_again_as_it_was(lab: RunningLab) -> None:
    before = lab.admin()
    lab.stop(timeout=10)
    assert lab.processes("all") == []
    lab.start()
    assert lab.admin() == before
    with urllib.request.urlopen(f"{lab.url}/v1/healthz/") as answer:
        assert answer.status == 200


def test_a_lab_whose_parent_was_killed_starts_again(lab: RunningLab) -> None:
    lab.kill("supervisor")
    lab.start()
    # Until its own end, the web process of the killed lab answers as well.
    lab.wait_for(lambda: lab.processes("supervisor") and _is_whole(lab), 20, "the new lab")
    with urllib.request.urlopen(f"{lab.url}/v1/healthz/") as answer:
        assert answer.status == 200


def test_a_lab_whose_first_user_its_parts_made_names_no_file_that_is_not_there(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "lab"
    database = f"sqlite://{folder}/database.sqlite3"
    command = ["manage", "--dir", str(folder), "--database", database]
    command += ["createsuperuser", "--noinput", "--username", "first", "--email", "a@example.com"]
    subprocess.run(
        [sys.executable, "-m", "pumice", *command],
        env={**os.environ, "DJANGO_SUPERUSER_PASSWORD": "a-long-one-0815"},
        check=True,
        timeout=60,
    )
    with RunningLab(folder, database=database) as lab:
        assert not (folder / "admin.json").exists()
        assert lab.url in lab.output.read_text()
        assert "admin.json" not in lab.output.read_text()
