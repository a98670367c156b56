"""Device types, and the scheduler's overview."""

from __future__ import annotations

from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pumice.server.events.queries import last_seq
from pumice.server.jobs import lists as jobs
from pumice.server.lab import lists, queries
from pumice.server.web.jobs.tables import SHORT_COLUMNS, job_table
from pumice.server.web.lab.devices import tabs
from pumice.server.web.lab.figures import figures
from pumice.server.web.lab.tables import device_table
from pumice.server.web.reader import reader
from pumice.server.web.tables import Column, Table, read

TYPE_COLUMNS = (
    Column("Device type", "device_type"),
    Column("Idle"),
    Column("Busy"),
    Column("Maintenance"),
    Column("Offline"),
    Column("Queue"),
)


@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """The lab at a glance: figures, and each device type with its devices and queue."""
    after = last_seq()
    context = {
        "title": "Status",
        "figures": figures(reader(request)),
        "table": _types(request),
        "queues": jobs.queue_lengths(),
        "tabs": tabs("status"),
        "live_after": after,
        "section": "devices",
    }
    return render(request, "web/lab/status.html", context)


@require_safe
def device_types(request: HttpRequest) -> HttpResponse:
    """Each device type with its devices and queue."""
    after = last_seq()
    context = {
        "title": "Device types",
        "table": _types(request),
        "queues": jobs.queue_lengths(),
        "tabs": tabs("types"),
        "live_after": after,
        "section": "devices",
    }
    return render(request, "web/lab/status.html", context)


@require_safe
def device_type(request: HttpRequest, name: str) -> HttpResponse:
    """A device type: its devices, and the jobs that asked for it."""
    after = last_seq()
    found = queries.device_types(reader(request)).filter(pk=name).first()
    if found is None:
        raise Http404(f"There is no device type {name}.")
    types = queries.device_types(reader(request)).filter(pk=name)
    counts = lists.type_rows(reader(request), types, 0, 1)[0]
    context = {
        "type": found,
        "aliases": lists.aliases_of(name),
        "counts": counts,
        "queue": jobs.queue_lengths().get(name, 0),
        "devices": device_table(
            request.GET,
            lists.devices_of_type(reader(request), name),
            label="Devices of this type",
            prefix="devices_",
        ),
        "jobs": job_table(
            request.GET,
            jobs.of_device_type(reader(request), name),
            scope="all",
            label="Jobs of this type",
            prefix="jobs_",
            columns=SHORT_COLUMNS,
            live={"device_type": name},
        ),
        "live_after": after,
        "section": "devices",
    }
    return render(request, "web/lab/device_type.html", context)


def _types(request: HttpRequest) -> Table[lists.TypeRow]:
    return read(
        request.GET,
        lists.types_in_use(reader(request)),
        lists.TYPE_FIELDS,
        partial(lists.type_rows, reader(request)),
        name="types",
        label="Device types",
        columns=TYPE_COLUMNS,
        prefix="device_type_",
    )
