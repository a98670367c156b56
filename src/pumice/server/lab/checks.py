"""What is wrong with the dictionaries of the lab's devices."""

from __future__ import annotations

from django.conf import settings

from pumice.devices import checks
from pumice.formats.errors import Problem
from pumice.server.lab.configuration import SiteTemplates, dictionary
from pumice.server.lab.models import Device


def problems(device: Device) -> list[Problem]:
    """Everything that is wrong with a device's dictionary, as the server renders it for a job.

    Whether the worker has the programs that its commands name is for the worker to say. Raises
    NoConfiguration.
    """
    hostname = device.hostname
    return checks.check(
        dictionary(hostname),
        SiteTemplates(),
        name=f"{hostname}.jinja2",
        context={
            "scheduled_device_name": hostname,
            "scheduled_device_type": device.device_type_id,
        },
        extra=frozenset(settings.EXTRA_CONTEXT_VARIABLES),
    )
