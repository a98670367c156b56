"""Make what a worker needs to run a job."""

from __future__ import annotations

from pumice.formats import yaml
from pumice.formats.errors import InvalidDocument
from pumice.server.jobs.artifacts import for_worker
from pumice.server.jobs.models import Job
from pumice.server.lab import configuration
from pumice.server.lab.models import Device
from pumice.wire.payload import JobPayload


class CannotPrepare(Exception):
    """The job's device cannot be configured: correct its dictionary or the files of its worker."""


def prepare(job: Job) -> JobPayload:
    """The job's payload. Raises CannotPrepare."""
    device = Device.objects.filter(pk=job.actual_device_id).first()
    if device is None:
        raise CannotPrepare(f"job {job.pk} has no device")
    text = for_worker(job)
    context = dict(yaml.load(text).data.get("context") or {})
    context |= {
        "scheduled_device_name": device.hostname,
        "scheduled_device_type": device.device_type_id,
    }
    try:
        rendered = configuration.render_device(device.hostname, context)
    except (configuration.NoConfiguration, InvalidDocument) as error:
        raise CannotPrepare(f"the configuration of {device.hostname} is wrong: {error}") from error
    worker = device.worker_host_id or ""
    return JobPayload(
        definition=text,
        device=rendered,
        dispatcher=configuration.dispatcher_configuration(worker) or "",
        env=configuration.environment(worker) or "",
        env_dut=configuration.environment_dut(worker) or "",
    )
