"""Who may see, use and change workers, device types and devices: LAVA's rules.

Each rule is a condition on query sets. `path` leads from the model that is asked to the object:
``pk`` for the object's own model, ``actual_device`` for jobs.
"""

from __future__ import annotations

from django.db.models import Q

from pumice.server.accounts.authentication import Requester
from pumice.server.accounts.grants import (
    EVERYTHING,
    NOTHING,
    Granted,
    Level,
    both,
    either,
    is_health_checker,
)
from pumice.server.lab.models import Device, DeviceType, Worker
from pumice.wire.states import DeviceHealth

DEVICES = Granted("lab", "device", "devicegrant", "device")
DEVICE_TYPES = Granted("lab", "devicetype", "devicetypegrant", "device_type")
WORKERS = Granted("lab", "worker", "workergrant", "worker")
_USABLE = Q(health__lt=DeviceHealth.RETIRED)


def viewable_types(user: Requester, path: str = "pk") -> Q:
    """Device types that no group was granted to view, or a group of the user."""
    return _viewable(DEVICE_TYPES, user, path)


def viewable_workers(user: Requester, path: str = "pk") -> Q:
    """Workers that no group was granted to view, or a group of the user."""
    return _viewable(WORKERS, user, path)


def _viewable(kind: Granted, user: Requester, path: str) -> Q:
    if kind.has_global(user, Level.VIEW):
        return EVERYTHING
    return either(kind.unrestricted(user, Level.VIEW, path), kind.granted(user, Level.VIEW, path))


def viewable_devices(user: Requester, path: str = "pk", type_path: str = "device_type") -> Q:
    """Devices granted to the user, and unrestricted ones of a type that the user may view."""
    if DEVICES.has_global(user, Level.VIEW):
        return EVERYTHING
    of_type = viewable_types(user, type_path)
    unrestricted = both(DEVICES.unrestricted(user, Level.VIEW, path), of_type)
    return either(DEVICES.granted(user, Level.VIEW, path), unrestricted)


def submittable_devices(user: Requester) -> Q:
    """Devices, not retired, that the user may run jobs on.

    Those granted to the user; else, where nobody is granted to submit to the device, those of a
    type that is not restricted so either, or granted to the user.
    """
    if not user.is_authenticated:
        return NOTHING
    if is_health_checker(user) or DEVICES.has_global(user, Level.SUBMIT):
        return _USABLE
    of_type = EVERYTHING
    if not DEVICE_TYPES.has_global(user, Level.SUBMIT):
        of_type = either(
            DEVICE_TYPES.unrestricted(user, Level.SUBMIT, "device_type"),
            DEVICE_TYPES.granted(user, Level.SUBMIT, "device_type"),
        )
    unrestricted = both(DEVICES.unrestricted(user, Level.SUBMIT, "pk"), of_type)
    return both(_USABLE, either(DEVICES.granted(user, Level.SUBMIT, "pk"), unrestricted))


def submits_everywhere(user: Requester) -> bool:
    """Whether the user may run jobs on every device that is not retired."""
    return submittable_devices(user) == _USABLE


def reserved_devices() -> Q:
    """Devices to which not everybody who is signed in may submit.

    Somebody is granted to submit to the device, or to its type. To all others everybody may.
    """
    by_type = DEVICE_TYPES.restricted(Level.SUBMIT, "device_type")
    return DEVICES.restricted(Level.SUBMIT, "pk") | by_type


def changeable_devices(user: Requester, path: str = "pk", type_path: str = "device_type") -> Q:
    """Devices granted to the user to change; or their type, where nobody is granted the device."""
    if DEVICES.has_global(user, Level.CHANGE):
        return EVERYTHING
    of_type = changeable_types(user, type_path)
    unrestricted = both(DEVICES.unrestricted(user, Level.CHANGE, path), of_type)
    return either(DEVICES.granted(user, Level.CHANGE, path), unrestricted)


def changeable_types(user: Requester, path: str = "pk") -> Q:
    """Device types that the user may change."""
    if DEVICE_TYPES.has_global(user, Level.CHANGE):
        return EVERYTHING
    return DEVICE_TYPES.granted(user, Level.CHANGE, path)


def changeable_workers(user: Requester, path: str = "pk") -> Q:
    """Workers that the user may change."""
    if WORKERS.has_global(user, Level.CHANGE) or is_health_checker(user):
        return EVERYTHING
    return WORKERS.granted(user, Level.CHANGE, path)


def may_view(user: Requester, item: Device | DeviceType | Worker) -> bool:
    """Whether the user may see it."""
    rule = {Device: viewable_devices, DeviceType: viewable_types, Worker: viewable_workers}
    return _is(item, rule[type(item)](user))


def may_change(user: Requester, item: Device | DeviceType | Worker) -> bool:
    """Whether the user may change it."""
    rule = {Device: changeable_devices, DeviceType: changeable_types, Worker: changeable_workers}
    return _is(item, rule[type(item)](user))


def may_submit(user: Requester, device: Device) -> bool:
    """Whether the user may run jobs on the device."""
    return _is(device, submittable_devices(user))


def _is(item: Device | DeviceType | Worker, rule: Q) -> bool:
    return rule == EVERYTHING or type(item)._default_manager.filter(rule, pk=item.pk).exists()
