"""Who may see and use workers, device types and devices.

Nothing of the lab is restricted to groups yet, so every person may see all of it; who may
submit to a device is every user.
"""

from __future__ import annotations

from pumice.server.accounts.authentication import Requester
from pumice.server.lab.models import Device
from pumice.wire.states import DeviceHealth


def may_submit(user: Requester, device: Device) -> bool:
    """Whether the user may run jobs on the device: any user, unless it is retired."""
    return user.is_authenticated and device.health != DeviceHealth.RETIRED
