"""Make what a worker needs to run a job."""

from __future__ import annotations

from typing import Any, cast

from pumice.definitions.multinode import PROTOCOL, guest_device
from pumice.formats import yaml
from pumice.formats.errors import InvalidDocument
from pumice.server.jobs.artifacts import for_worker
from pumice.server.jobs.groups import host_of, roles_of_devices
from pumice.server.jobs.models import Job
from pumice.server.jobs.secrets import definition_to_run
from pumice.server.lab import configuration
from pumice.server.lab.models import Device
from pumice.wire.payload import JobPayload


class CannotPrepare(Exception):
    """The job's device cannot be configured: correct its dictionary or the files of its worker."""


def prepare(job: Job) -> JobPayload:
    """The job's payload. Raises CannotPrepare.

    A job of a MultiNode group is told the roles of the group's jobs that have devices. A guest gets
    that part of its host's device that it may use.
    """
    host = host_of(job) if job.is_guest else job
    device = Device.objects.filter(pk=host.actual_device_id).first() if host else None
    if host is None or device is None:
        raise CannotPrepare(f"job {job.display_id} has no device")
    text = for_worker(job)
    data = cast("dict[str, Any]", yaml.load(text).data)
    if job.target_group is not None:
        data["protocols"][PROTOCOL]["roles"] = roles_of_devices(job)
        text = yaml.dump(data)
    if job.is_guest:
        of_host = cast("dict[str, Any]", yaml.load(definition_to_run(host)).data)
        whole = _render(device, of_host.get("context"))
        rendered = yaml.dump(guest_device(cast("dict[str, Any]", yaml.load(whole).data)))
    else:
        rendered = _render(device, data.get("context"))
    worker = device.worker_host_id or ""
    return JobPayload(
        definition=text,
        device=rendered,
        dispatcher=configuration.dispatcher_configuration(worker) or "",
        env=configuration.environment(worker) or "",
        env_dut=configuration.environment_dut(worker) or "",
    )


def _render(device: Device, context: Any) -> str:
    """The device's configuration for the context of the job that has it."""
    variables = {
        **(context or {}),
        "scheduled_device_name": device.hostname,
        "scheduled_device_type": device.device_type_id,
    }
    try:
        return configuration.render_device(device.hostname, variables)
    except (configuration.NoConfiguration, InvalidDocument) as error:
        raise CannotPrepare(f"the configuration of {device.hostname} is wrong: {error}") from error
