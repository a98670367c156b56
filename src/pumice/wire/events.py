"""The bodies of events, as LAVA's subscribers know them.

Topics are the kinds below; keys in brackets appear only where they are set:

device: health, state, device, device_type, worker, [job]
testjob: health, state, job, description, priority, submit_time, submitter, health_check,
    [sub_id], [device], [worker], [device_type], [start_time], [end_time]
worker: hostname, health, state
event: message, job
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

DEVICE = "device"
TESTJOB = "testjob"
WORKER = "worker"
EVENT = "event"
KINDS = (DEVICE, TESTJOB, WORKER, EVENT)


def device(
    *,
    hostname: str,
    device_type: str,
    state: str,
    health: str,
    worker: str | None,
    job: int | str | None,
) -> dict[str, Any]:
    """The body of a ``device`` event; ``job`` is the id of the job that holds the device."""
    body: dict[str, Any] = {
        "health": health,
        "state": state,
        "device": hostname,
        "device_type": device_type,
        "worker": worker,
    }
    if job is not None:
        body["job"] = job
    return body


def testjob(
    *,
    job: int,
    state: str,
    health: str,
    description: str,
    priority: int,
    submitter: str,
    submit_time: datetime,
    health_check: bool,
    sub_id: str = "",
    device: str | None = None,
    worker: str | None = None,
    device_type: str | None = None,
    start_time: datetime | None = None,
    end_time: datetime | None = None,
) -> dict[str, Any]:
    """The body of a ``testjob`` event."""
    body: dict[str, Any] = {
        "health": health,
        "state": state,
        "job": job,
        "description": description,
        "priority": priority,
        "submit_time": submit_time.isoformat(),
        "submitter": submitter,
        "health_check": health_check,
    }
    optional = {
        "sub_id": sub_id or None,
        "device": device,
        "worker": worker,
        "device_type": device_type,
        "start_time": start_time.isoformat() if start_time else None,
        "end_time": end_time.isoformat() if end_time else None,
    }
    body.update({key: value for key, value in optional.items() if value is not None})
    return body


def worker(*, hostname: str, state: str, health: str) -> dict[str, Any]:
    """The body of a ``worker`` event."""
    return {"hostname": hostname, "health": health, "state": state}


def event(*, message: str, job: int) -> dict[str, Any]:
    """The body of an ``event`` event: what ``lava-test-event`` said on a board."""
    return {"message": message, "job": job}
