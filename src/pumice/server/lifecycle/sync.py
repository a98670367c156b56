"""Make the lab as its dictionaries say: ``sync_to_lava`` of each.

Source of the rules: LAVA's ``lava-server manage sync``. What a person added by hand is never
touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import Count, Q

from pumice.devices.syncing import Wanted, read
from pumice.formats.errors import InvalidDocument
from pumice.server.accounts.errors import CannotChange
from pumice.server.accounts.grants import Level
from pumice.server.audit.record import record
from pumice.server.lab import configuration, device_types, devices, granting, queries, workers
from pumice.server.lab.models import Alias, Device, DeviceGrant, DeviceType, Tag, Worker
from pumice.server.lab.naming import check_name
from pumice.server.lab.permissions import DEVICES
from pumice.server.lifecycle.health import set_device_health
from pumice.wire.states import DeviceHealth

DESCRIPTION = "Created automatically by LAVA."
_REASON = "the device has no dictionary any more"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a device or device type: ``said`` is SKIP, CREATE, UPDATE, RETIRE, HIDE or
    SHOW; ``why`` may be empty."""

    name: str
    said: str
    why: str = ""


def sync(by: User | None) -> Iterator[Outcome]:
    """Go through all dictionaries, then retire and hide what has none; as it happens.

    Each device is changed whole or not at all: what is wrong with one keeps no other from it.
    """
    hostnames = configuration.dictionaries()
    for hostname in hostnames:
        try:
            yield _device(by, hostname)
        except (InvalidDocument, CannotChange, configuration.NoConfiguration) as error:
            yield Outcome(hostname, "SKIP", str(error))
    gone = Device.objects.filter(is_synced=True).exclude(health=DeviceHealth.RETIRED)
    for hostname in list(gone.order_by("hostname").values_list("hostname", flat=True)):
        if hostname not in hostnames:
            set_device_health(by, hostname, DeviceHealth.RETIRED, _REASON)
            yield Outcome(hostname, "RETIRE")
    yield from _device_types(by)


def _device(by: User | None, hostname: str) -> Outcome:
    device = Device.objects.filter(pk=hostname).first()
    if device is not None and not device.is_synced:
        return Outcome(hostname, "SKIP", "the device was added by hand")
    text = configuration.dictionary(check_name(hostname, devices.KIND, 200))
    wanted = read(text, name=f"{hostname}.jinja2")
    if wanted is None:
        return Outcome(hostname, "SKIP", "the dictionary sets no sync_to_lava")
    with transaction.atomic():
        kind = DeviceType.objects.filter(pk=wanted.device_type).first()
        kind = kind or device_types.add(by, wanted.device_type)
        for name in wanted.aliases:
            if not Alias.objects.filter(pk=name).exists():
                device_types.add_alias(by, name, kind)
        worker = _worker(by, wanted.worker)
        said = "UPDATE"
        if device is None:
            said = "CREATE"
            device = devices.add(by, hostname, kind, worker, description=DESCRIPTION)
            Device.objects.filter(pk=hostname).update(is_synced=True)
            record(by, "change", devices.KIND, hostname, {"is synced": (False, True)})
        description = device.description or DESCRIPTION
        devices.change(by, device, worker=worker, device_type=kind, description=description)
        _own(by, device, wanted)
        _tag(by, device, wanted.tags)
        missing = _grant(by, device, wanted.permissions)
    return Outcome(hostname, said, f"there is no group {', '.join(missing)}" if missing else "")


def _worker(by: User | None, hostname: str | None) -> Worker | None:
    if hostname is None:
        return None
    found = Worker.objects.filter(pk=hostname).first()
    return found or workers.add(hostname, by=by)[0]


def _own(by: User | None, device: Device, wanted: Wanted) -> None:
    """Whose the device is; nobody's where there is no such user or group. A user wins."""
    owner = User.objects.filter(username=wanted.physical_owner or "").first()
    group = Group.objects.filter(name=wanted.physical_group or "").first()
    if owner is not None:
        devices.change(by, device, owner=owner)
    elif group is not None:
        devices.change(by, device, group=group)
    else:
        devices.change(by, device, owner=None, group=None)


def _tag(by: User | None, device: Device, names: tuple[str, ...]) -> None:
    for name in set(queries.tags_of(device)) - set(names):
        devices.untag(by, device, Tag.objects.get(name=name))
    for name in names:
        devices.tag(by, device, name)


def _grant(by: User | None, device: Device, permissions: tuple[tuple[str, str], ...]) -> list[str]:
    """Grant what is wanted and nothing else; the groups that there are not."""
    named = {group for _, group in permissions}
    groups = {group.name: group for group in Group.objects.filter(name__in=named)}
    wanted: set[tuple[str, Level]] = set()
    for codename, group in permissions:
        level = DEVICES.level(codename)
        if level is None:
            raise CannotChange(f"there is no permission {codename!r} for a device")
        if group in groups:
            wanted.add((group, level))
    for grant in DeviceGrant.objects.filter(device=device).select_related("group"):
        if (grant.group.name, grant.level) not in wanted:
            granting.revoke(by, device, grant.group, Level(grant.level))
    for name, level in sorted(wanted):
        granting.grant(by, device, groups[name], level)
    return sorted(named - set(groups))


def _device_types(by: User | None) -> Iterator[Outcome]:
    """Hide the types whose devices are all synced and retired, show those that have one in use."""
    by_hand = Count("devices", filter=Q(devices__is_synced=False))
    in_use = Count("devices", filter=~Q(devices__health=DeviceHealth.RETIRED))
    found = DeviceType.objects.annotate(by_hand=by_hand, in_use=in_use).filter(by_hand=0)
    for name, used in list(found.order_by("name").values_list("name", "in_use")):
        kind, wanted = DeviceType.objects.get(pk=name), bool(used)
        if kind.display != wanted:
            device_types.change(by, kind, display=wanted)
            yield Outcome(kind.pk, "SHOW" if wanted else "HIDE")
