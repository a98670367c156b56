"""What the outbox says of a device or a worker."""

from __future__ import annotations

from pumice.server.events.outbox import Notice
from pumice.server.lab.models import Device, Worker
from pumice.wire import events
from pumice.wire.states import DeviceHealth, DeviceState, WorkerHealth, WorkerState


def device_notice(device: Device, job: int | str | None) -> Notice:
    """The ``device`` event of the device as it is now; ``job`` is how the one that holds it is
    called."""
    body = events.device(
        hostname=device.hostname,
        device_type=device.device_type_id,
        state=DeviceState(device.state).label,
        health=DeviceHealth(device.health).label,
        worker=device.worker_host_id,
        job=job,
    )
    return Notice(
        kind=events.DEVICE,
        body=body,
        job_id=job if isinstance(job, int) else None,
        device=device.hostname,
        worker=device.worker_host_id,
    )


def worker_notice(worker: Worker) -> Notice:
    """The ``worker`` event of the worker as it is now."""
    body = events.worker(
        hostname=worker.hostname,
        state=WorkerState(worker.state).label,
        health=WorkerHealth(worker.health).label,
    )
    return Notice(kind=events.WORKER, body=body, worker=worker.hostname)
