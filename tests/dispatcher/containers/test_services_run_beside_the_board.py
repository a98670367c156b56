"""``services``: Debian's docker-compose, with podman's service in the place of docker's."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pumice.testing.container_lab import BUSYBOX, ContainerLab, Engine
from pumice.testing.repositories import GitRepository
from pumice.wire.spool import LOGS

COMPOSE = f"""version: "3"
services:
  web:
    image: {BUSYBOX}
    network_mode: host
    command: [sh, -c, "echo the service speaks; exec sleep 1000"]
  other:
    image: {BUSYBOX}
    network_mode: host
    command: [sleep, "1000"]
"""


@pytest.fixture
def daemon(engine: Engine, lab: ContainerLab, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Podman's service, which speaks as docker's does."""
    socket = engine.folder / "s"
    command = [engine.folder / "bin/docker", "system", "service", "--time=0", f"unix://{socket}"]
    service = subprocess.Popen(command)
    deadline = time.monotonic() + 30
    while not socket.exists():
        assert time.monotonic() < deadline and service.poll() is None, "podman does not serve"
        time.sleep(0.05)
    monkeypatch.setenv("DOCKER_HOST", f"unix://{socket}")
    yield
    service.terminate()
    service.wait(20)
    socket.unlink(missing_ok=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitRepository:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    made = GitRepository(tmp_path / "repositories/services")
    made.write("services/compose.yaml", COMPOSE)
    made.commit("services")
    return made


def services(source: GitRepository, **changes: Any) -> dict[str, Any]:
    service = {
        "name": "beside",
        "from": "git",
        "repository": str(source.path),
        "path": "services/compose.yaml",
        **changes,
    }
    return {"test": {"services": [service]}}


def running(lab: ContainerLab, engine: Engine, *, wanted: str) -> dict[str, Any]:
    """A test of what containers run while it does."""
    names = f"{engine.folder}/bin/docker ps --format '{{{{.Names}}}}'"
    return lab.test(
        f'lava-test-case running --shell "test \\"$({names} | xargs)\\" = \'{wanted}\'"'
    )


def allowed(lab: ContainerLab) -> None:
    constants = {
        "kernel-start-message": "Linux version [0-9]",
        "posix": {"lava_test_results_dir": f"{lab.root}/lava-%s"},
    }
    lab.changes = {"parameters": {"allow_test_services": True}, "constants": constants}
    lab.timeouts = {"job": {"minutes": 3}, "action": {"minutes": 2}}


@pytest.mark.usefixtures("daemon")
def test_a_service_of_a_repository_runs_until_the_job_ends(
    lab: ContainerLab, engine: Engine, repository: GitRepository
) -> None:
    allowed(lab)
    outcome = lab.run(
        services(repository, service="web"),
        lab.deploy(),
        lab.boot(),
        running(lab, engine, wanted="lava-1-beside_web_1"),
    )
    assert outcome.passed, outcome.end
    assert outcome.cases("0_smoke") == {"running": "pass"}
    extra = outcome.result("lava", "lava-test-services")["extra"]
    assert extra == {"services": ["lava-1-beside"]}
    assert [line for line in outcome.messages("debug") if line.endswith("| the service speaks")]
    assert engine.containers() == []


@pytest.mark.usefixtures("daemon")
def test_services_of_an_archive_end_when_the_job_says_so(
    lab: ContainerLab, engine: Engine, repository: GitRepository
) -> None:
    allowed(lab)
    archive = lab.folder / "services.tar.gz"
    subprocess.run(["tar", "-C", repository.path, "-czf", archive, "services"], check=True)
    source = {"from": "url", "repository": archive.as_uri(), "compression": "gz"}
    outcome = lab.run(
        services(repository, **source),
        {"command": {"name": "stop_test_services"}},
        lab.deploy(),
        lab.boot(),
        running(lab, engine, wanted=""),
    )
    assert outcome.passed, outcome.end
    assert outcome.cases("0_smoke") == {"running": "pass"}
    assert outcome.result("lava", "user-command")["extra"] == {"services": ["lava-1-beside"]}


@pytest.mark.usefixtures("daemon")
def test_services_of_a_dispatcher_that_was_killed_are_found(
    lab: ContainerLab, engine: Engine, repository: GitRepository
) -> None:
    allowed(lab)
    process = lab.start(
        services(repository), lab.deploy(), lab.boot(), lab.test("echo waiting here; sleep 1000")
    )
    log = lab.outcome.output / LOGS
    deadline = time.monotonic() + 100
    while not log.exists() or b'"waiting here"' not in log.read_bytes():
        assert time.monotonic() < deadline and process.poll() is None, "the test does not begin"
        time.sleep(0.05)
    assert len(engine.containers()) == 2
    process.kill()
    process.wait()
    command = [sys.executable, "-m", "pumice.dispatcher", "--clean", str(lab.outcome.output)]
    subprocess.run(command, check=True)
    assert engine.containers() == []


def test_a_device_that_does_not_allow_them_is_not_used(
    lab: ContainerLab, repository: GitRepository
) -> None:
    outcome = lab.run(services(repository))
    assert outcome.end["error_type"] == "Job"
    assert "the device's configuration does not allow test services" in outcome.end["error_msg"]


def stand_in(lab: ContainerLab, monkeypatch: pytest.MonkeyPatch, *, fails: str = "none") -> Path:
    """A docker that only notes what it is asked for."""
    program = lab.folder / "programs/docker"
    program.parent.mkdir()
    noted = lab.folder / "noted"
    program.write_text(
        f'#!/bin/sh\necho "$*" >> {noted}\ncase " $* " in *" {fails} "*) exit 1; esac\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    return noted


def test_docker_s_own_compose_is_used_where_it_is_there(
    lab: ContainerLab, repository: GitRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed(lab)
    noted = stand_in(lab, monkeypatch)
    outcome = lab.run(services(repository, name="A Name"))
    assert outcome.passed, outcome.end
    calls = [line.partition(" --file=")[::2] for line in noted.read_text().splitlines()]
    assert {project for project, file in calls if file} == {"compose --project-name=lava-1-a-name"}
    words = [file.split()[1] for _, file in calls if file]
    assert words == ["up", "logs", "down"]


def test_services_that_do_not_start_fail_the_job_and_are_removed(
    lab: ContainerLab, repository: GitRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed(lab)
    noted = stand_in(lab, monkeypatch, fails="up")
    outcome = lab.run(services(repository))
    assert outcome.end["error_type"] == "Job"
    assert "up --detach ended with status 1" in outcome.end["error_msg"]
    assert "--timeout=10" in noted.read_text().splitlines()[-1]


@pytest.mark.parametrize("path", ["services/none.yaml", "../compose.yaml", "services"])
def test_a_compose_file_that_is_not_there_fails_the_job(
    lab: ContainerLab, repository: GitRepository, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    allowed(lab)
    stand_in(lab, monkeypatch)
    outcome = lab.run(services(repository, path=path))
    assert outcome.end["error_type"] == "Job"
    assert path in outcome.end["error_msg"]


def test_a_worker_without_compose_is_found_before_the_job_begins(
    lab: ContainerLab, repository: GitRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed(lab)
    stand_in(lab, monkeypatch, fails="version")
    programs = lab.folder / "programs"
    for name in ("sh", "git"):
        programs.joinpath(name).symlink_to(f"/usr/bin/{name}")
    with monkeypatch.context() as alone:
        alone.setenv("PATH", str(programs))
        outcome = lab.run(services(repository))
    assert outcome.end["error_type"] == "Configuration"
    assert "neither 'docker compose' nor docker-compose is installed" in outcome.end["error_msg"]
