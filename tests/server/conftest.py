"""The people and the lab that the server's tests share."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User

from pumice.server.accounts import tokens
from pumice.server.jobs.models import Job
from pumice.server.jobs.submission import submit as submit_job
from pumice.server.lab import workers
from pumice.server.lab.models import Device, DeviceType, Worker
from pumice.wire.states import DeviceHealth, WorkerState

SMOKE = """\
job_name: smoke
device_type: qemu
priority: medium
visibility: public
timeouts:
  job: {minutes: 5}
  action: {minutes: 2}
  connection: {minutes: 1}
context:
  arch: amd64
metadata:
  purpose: test
actions:
- deploy:
    to: tmpfs
    os: oe
    images:
      kernel:
        url: http://localhost/vmlinuz
        image_arg: -kernel {kernel} -append "console=ttyS0"
      ramdisk:
        url: http://localhost/ramdisk
        image_arg: -initrd {ramdisk}
- boot:
    method: qemu
    prompts: ['/ # ']
- test:
    definitions:
    - repository:
        metadata:
          format: Lava-Test Test Definition 1.0
          name: smoke
        run:
          steps:
          - lava-test-case true --shell true
      from: inline
      path: inline/smoke.yaml
      name: smoke
"""


GROUP = """\
# two machines and a guest of the first
job_name: meeting
priority: medium
visibility: public
timeouts:
  job: {minutes: 5}
  action: {minutes: 2}
  queue: {hours: 1}
protocols:
  lava-multinode:
    roles:
      server: {device_type: qemu, count: 1, essential: true, context: {arch: amd64}}
      guest: {connection: ssh, count: 1, host_role: server, expect_role: server}
      client: {device_type: qemu, count: 1, context: {arch: amd64}}
actions:
- deploy:
    role: [server, client]
    to: tmpfs
    os: oe
    images:
      kernel: {url: http://localhost/vmlinuz, image_arg: "-kernel {kernel}"}
- boot: {role: [server, client], method: qemu, prompts: ['/ # ']}
- deploy: {role: [guest], to: ssh, os: oe}
- boot: {role: [guest], method: ssh, connection: ssh, prompts: ['/ # ']}
"""


@pytest.fixture
def admin(db: None) -> User:
    return User.objects.create_superuser("admin", "admin@example.com", "secret-of-admin")


@pytest.fixture
def alice(db: None) -> User:
    return User.objects.create_user("alice", "alice@example.com", "secret-of-alice")


@pytest.fixture
def bob(db: None) -> User:
    return User.objects.create_user("bob", "bob@example.com", "secret-of-bob")


@pytest.fixture
def token_of() -> Callable[[User], str]:
    return lambda user: tokens.create(user, "for a test")[1]


@pytest.fixture
def lab(db: None) -> Iterator[Worker]:
    """Worker ``worker-1`` (online) with devices ``qemu-01`` and ``qemu-02`` of type ``qemu``."""
    folder = Path(settings.DEVICES_PATH)
    folder.mkdir(parents=True, exist_ok=True)
    worker, _ = workers.add("worker-1")
    worker.state = WorkerState.ONLINE
    worker.save()
    kind = DeviceType.objects.create(name="qemu")
    for hostname in ("qemu-01", "qemu-02"):
        Device.objects.create(
            hostname=hostname, device_type=kind, worker_host=worker, health=DeviceHealth.GOOD
        )
        (folder / f"{hostname}.jinja2").write_text(
            "{% extends 'qemu.jinja2' %}\n{% set no_kvm = true %}\n"
        )
    yield worker
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def smoke() -> str:
    return SMOKE


@pytest.fixture
def group() -> str:
    """The definition of a group: a server, which is essential, its guest, and a client."""
    return GROUP


@pytest.fixture
def submit(lab: Worker) -> Callable[..., Job]:
    def act(user: User, text: str = SMOKE) -> Job:
        return submit_job(user, text)

    return act
