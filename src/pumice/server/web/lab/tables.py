"""Tables of devices and workers, wherever they stand."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import QueryDict

from pumice.server.jobs.queries import current_jobs
from pumice.server.lab import lists
from pumice.server.lab.lists import DeviceRow, WorkerRow
from pumice.server.lab.models import Device, Worker
from pumice.server.web.tables import Column, Table, read

DEVICE_COLUMNS = (
    Column("Device", "hostname"),
    Column("Device type", "device_type"),
    Column("State", "state"),
    Column("Health", "health"),
    Column("Job"),
    Column("Worker", "worker_host"),
    Column("Tags"),
)

WORKER_COLUMNS = (
    Column("Worker", "hostname"),
    Column("State", "state"),
    Column("Health", "health"),
    Column("Devices"),
    Column("Description"),
    Column("Last heard", "last_ping"),
    Column("Version", "version"),
)


def device_table(
    query: QueryDict,
    devices: QuerySet[Device],
    *,
    label: str,
    prefix: str = "",
    columns: tuple[Column, ...] = DEVICE_COLUMNS,
) -> Table[tuple[DeviceRow, int | None]]:
    """A page of devices, each with the id of the job that holds it."""

    def fetch(found: QuerySet[Device], start: int, end: int) -> list[tuple[DeviceRow, int | None]]:
        rows = lists.device_rows(found, start, end)
        held = current_jobs([row.hostname for row in rows])
        return [(row, held.get(row.hostname)) for row in rows]

    return read(
        query,
        devices,
        lists.DEVICE_FIELDS,
        fetch,
        name="devices",
        label=label,
        columns=columns,
        prefix=prefix,
    )


def worker_table(query: QueryDict, workers: QuerySet[Worker]) -> Table[WorkerRow]:
    """A page of workers."""
    return read(
        query,
        workers,
        lists.WORKER_FIELDS,
        lists.worker_rows,
        name="workers",
        label="Workers",
        columns=WORKER_COLUMNS,
        prefix="worker_",
    )
