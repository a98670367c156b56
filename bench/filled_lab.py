"""Fill a lab of ours with jobs, devices and results: ``python -m bench.filled_lab DIR JOBS``.

Prints, as JSON, what the benchmark of XML-RPC asks for: ``{"user", "token", "job", "definition"}``.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path

DEVICES = 300
CASES = 14
_BATCH = 2_000
KIND = "qemu"
DICTIONARY = "{% extends 'qemu.jinja2' %}\n{% set no_kvm = true %}\n"
DEFINITION = """\
job_name: bench
device_type: qemu
priority: medium
visibility: public
timeouts:
  job: {minutes: 5}
  action: {minutes: 2}
  connection: {minutes: 1}
context: {arch: amd64}
metadata: {purpose: bench}
actions:
- deploy:
    to: tmpfs
    os: oe
    images:
      kernel: {url: "http://localhost/vmlinuz", image_arg: "-kernel {kernel}"}
      ramdisk: {url: "http://localhost/ramdisk", image_arg: "-initrd {ramdisk}"}
- boot:
    method: qemu
    prompts: ['/ # ']
- test:
    definitions:
    - repository:
        metadata: {format: Lava-Test Test Definition 1.0, name: smoke, description: smoke}
        run: {steps: [lava-test-case true --shell true]}
      from: inline
      path: inline/smoke.yaml
      name: smoke
"""


def devices(count: int = DEVICES) -> list[str]:
    """The names of the lab's devices."""
    return [f"bench-{number:03}" for number in range(1, count + 1)]


def fill(directory: Path, jobs: int) -> dict[str, object]:
    """Make the lab's database and its rows; what to ask it for."""
    from pumice.server.site import processes

    processes.prepare(directory)
    from django.contrib.auth.models import User
    from django.db import connection, transaction

    from pumice.server.accounts import tokens

    with transaction.atomic():
        user = User.objects.create_superuser("bench", None, None)
        _, token = tokens.create(user, "of the benchmark")
        _fill_lab(directory)
    done = _fill_jobs(user, jobs)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {"user": "bench", "token": token, "job": done, "definition": DEFINITION}


def _fill_lab(directory: Path) -> None:
    from pumice.server.lab import workers
    from pumice.server.lab.models import Device, DeviceType
    from pumice.wire.states import DeviceHealth, WorkerState

    worker, _ = workers.add("bench")
    worker.state = WorkerState.ONLINE
    worker.save()
    kind = DeviceType.objects.create(name=KIND)
    Device.objects.bulk_create(
        Device(hostname=name, device_type=kind, worker_host=worker, health=DeviceHealth.GOOD)
        for name in devices()
    )
    (directory / "devices" / f"{devices()[0]}.jinja2").write_text(DICTIONARY)


def _fill_jobs(user: object, count: int) -> int:
    """Make finished jobs, all with results; the number of the last."""
    from django.utils import timezone

    from pumice.server.jobs.models import Job
    from pumice.server.results.models import Case, Suite
    from pumice.wire.states import CaseResult, JobHealth, JobState

    now, names = timezone.now(), devices()
    for start in range(0, count, _BATCH):
        made = Job.objects.bulk_create(
            Job(
                submitter=user,
                description="bench",
                requested_device_type_id=KIND,
                actual_device_id=names[number % DEVICES],
                state=JobState.FINISHED,
                health=JobHealth.COMPLETE,
                submit_time=now - timedelta(minutes=count - number),
                start_time=now - timedelta(minutes=count - number),
                end_time=now - timedelta(minutes=count - number - 1),
                definition=DEFINITION,
                original_definition=DEFINITION,
                metadata={"purpose": "bench"},
            )
            for number in range(start, min(start + _BATCH, count))
        )
        suites = Suite.objects.bulk_create(Suite(job=job, name="0_smoke") for job in made)
        Case.objects.bulk_create(
            (
                Case(
                    suite=suite,
                    name=f"case-{number}",
                    result=CaseResult.PASS,
                    metadata={"case": f"case-{number}", "definition": "0_smoke", "result": "pass"},
                    start_log_line=number,
                    end_log_line=number + 1,
                    logged=now,
                )
                for suite in suites
                for number in range(CASES)
            ),
            batch_size=_BATCH,
        )
    return Job.objects.order_by("-pk").values_list("pk", flat=True)[0]


def main() -> None:
    """Fill the lab that the command line names."""
    sys.stdout.write(json.dumps(fill(Path(sys.argv[1]), int(sys.argv[2]))))


if __name__ == "__main__":
    main()
