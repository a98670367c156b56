"""Lists of devices, device types and workers: what they are searched by, and their rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from pumice.server.accounts.authentication import Requester
from pumice.server.database.listing import Fields
from pumice.server.lab.models import Alias, Device, DeviceType, Worker
from pumice.server.lab.queries import (
    device_types,
    devices,
    devices_in_use,
    workers_in_use,
)
from pumice.wire.states import (
    DeviceHealth,
    DeviceState,
    WorkerHealth,
    WorkerState,
)

DEVICE_FIELDS = Fields(
    texts={
        "hostname": "hostname",
        "device_type": "device_type__name",
        "worker_host": "worker_host__hostname",
        "tags": "tags__name",
    },
    labels={"state": ("state", DeviceState), "health": ("health", DeviceHealth)},
    sorts={
        "hostname": "hostname",
        "device_type": "device_type_id",
        "worker_host": "worker_host_id",
        "state": "state",
        "health": "health",
    },
    unique="hostname",
    default="hostname",
)

WORKER_FIELDS = Fields(
    texts={"hostname": "hostname", "version": "version"},
    labels={"state": ("state", WorkerState), "health": ("health", WorkerHealth)},
    sorts={
        "hostname": "hostname",
        "state": "state",
        "health": "health",
        "last_ping": "last_ping",
        "version": "version",
    },
    unique="hostname",
    default="hostname",
)

TYPE_FIELDS = Fields(
    texts={"device_type": "name"},
    sorts={"device_type": "name"},
    unique="name",
    default="device_type",
)


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A device as lists show it."""

    hostname: str
    device_type: str
    worker: str | None
    worker_state: int | None
    state: int
    health: int
    tags: tuple[str, ...]

    @property
    def is_worker_offline(self) -> bool:
        return self.worker_state == WorkerState.OFFLINE


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """A worker as lists show it."""

    hostname: str
    state: int
    health: int
    description: str
    last_ping: datetime | None
    job_limit: int
    version: str
    devices: int


@dataclass(frozen=True, slots=True)
class TypeRow:
    """A device type as lists show it, with how many of its devices are in which condition.

    Retired devices do not count; the others count once: offline where the worker is, else
    maintenance (also bad and looping ones), else busy or idle.
    """

    name: str
    idle: int
    busy: int
    maintenance: int
    offline: int


def device_rows(devices: QuerySet[Device], start: int, end: int) -> list[DeviceRow]:
    """The devices from one place to another (not included), in the order of the query set."""
    columns = ("hostname", "device_type_id", "worker_host_id", "worker_host__state")
    found = list(devices.distinct().values_list(*columns, "state", "health")[start:end])
    tags = _tags(row[0] for row in found)
    return [DeviceRow(*row, tags=tuple(tags[row[0]])) for row in found]


def _tags(hostnames: Iterable[str]) -> dict[str, list[str]]:
    tags: dict[str, list[str]] = defaultdict(list)
    through = Device.tags.through.objects.filter(device__in=list(hostnames))
    for hostname, name in through.order_by("tag__name").values_list("device_id", "tag__name"):
        tags[hostname].append(name)
    return tags


def worker_rows(workers: QuerySet[Worker], start: int, end: int) -> list[WorkerRow]:
    """The workers from one place to another (not included), in the order of the query set."""
    in_use = Count("devices", filter=~Q(devices__health=DeviceHealth.RETIRED))
    columns = ("hostname", "state", "health", "description", "last_ping", "job_limit", "version")
    found = workers.annotate(in_use=in_use).values_list(*columns, "in_use")
    return [WorkerRow(*row) for row in found[start:end]]


def types_in_use(user: Requester) -> QuerySet[DeviceType]:
    """The device types that are shown and have a device that is not retired."""
    has_devices = Q(devices__health__lt=DeviceHealth.RETIRED)
    return device_types(user).filter(has_devices, display=True).distinct()


def type_rows(user: Requester, types: QuerySet[DeviceType], start: int, end: int) -> list[TypeRow]:
    """The device types from one place to another (not included), in the query set's order.

    Devices that the user may not see do not count.
    """
    names = list(types.values_list("name", flat=True)[start:end])
    in_use = devices_in_use(user).filter(device_type__in=names)
    offline = Q(worker_host__isnull=True) | Q(worker_host__state=WorkerState.OFFLINE)
    usable = Q(health__in=(DeviceHealth.GOOD, DeviceHealth.UNKNOWN))
    idle = Q(state=DeviceState.IDLE)
    counted = (
        in_use.order_by()
        .values("device_type_id")
        .annotate(
            idle=Count("pk", filter=~offline & usable & idle),
            busy=Count("pk", filter=~offline & ~idle),
            maintenance=Count("pk", filter=~offline & ~usable & idle),
            offline=Count("pk", filter=offline),
        )
    )
    by_name = {row.pop("device_type_id"): row for row in counted}
    nothing = dict.fromkeys(("idle", "busy", "maintenance", "offline"), 0)
    return [TypeRow(name=name, **by_name.get(name, nothing)) for name in names]


def counts_of_types(user: Requester) -> dict[str, dict[str, int]]:
    """How many of each type's visible devices are idle, busy and offline, as LAVA counts them.

    Types without a device that is not retired are left out; devices in maintenance count nowhere.
    """
    usable = Q(health__in=(DeviceHealth.GOOD, DeviceHealth.UNKNOWN))
    online, idle = Q(worker_host__state=WorkerState.ONLINE), Q(state=DeviceState.IDLE)
    in_maintenance = Q(health=DeviceHealth.MAINTENANCE)
    counted = (
        devices_in_use(user)
        .order_by()
        .values("device_type_id")
        .annotate(
            idle=Count("pk", filter=idle & usable & online),
            busy=Count("pk", filter=~idle),
            offline=Count("pk", filter=idle & ~in_maintenance & ~(usable & online)),
        )
    )
    return {row.pop("device_type_id"): row for row in counted}


def device_counts(user: Requester) -> tuple[int, int]:
    """How many devices can take or run a job now, and how many there are, but retired ones."""
    usable = Q(
        health__in=(DeviceHealth.GOOD, DeviceHealth.UNKNOWN),
        worker_host__state=WorkerState.ONLINE,
    )
    row = devices_in_use(user).aggregate(online=Count("pk", filter=usable), total=Count("pk"))
    return row["online"], row["total"]


def worker_counts(user: Requester) -> tuple[int, int]:
    """How many workers are online, and how many there are, but retired ones."""
    row = workers_in_use(user).aggregate(
        online=Count("pk", filter=Q(state=WorkerState.ONLINE)), total=Count("pk")
    )
    return row["online"], row["total"]


def device_with_relations(user: Requester, hostname: str) -> Device | None:
    """The device with its type and worker, as its page shows them; None where there is none."""
    found = devices(user).select_related("device_type", "worker_host")
    return found.prefetch_related("tags").filter(pk=hostname).first()


def aliases_of(device_type: str) -> list[str]:
    """The other names of a device type."""
    found = Alias.objects.filter(device_type=device_type).order_by("name")
    return list(found.values_list("name", flat=True))


def devices_of_type(user: Requester, name: str) -> QuerySet[Device]:
    """The devices of a device type that are not retired."""
    return devices_in_use(user).filter(device_type=name)


def devices_of_worker(user: Requester, hostname: str) -> QuerySet[Device]:
    """The devices of a worker that are not retired."""
    return devices_in_use(user).filter(worker_host=hostname)
