"""Lists of devices, and one device."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pumice.formats.errors import InvalidDocument
from pumice.server.events.queries import last_seq
from pumice.server.jobs import lists as jobs
from pumice.server.jobs import queries as job_queries
from pumice.server.lab import configuration, lists, queries
from pumice.server.lab.configuration import NoConfiguration
from pumice.server.lab.models import Device
from pumice.server.web.jobs.tables import SHORT_COLUMNS, job_table
from pumice.server.web.lab.tables import DEVICE_COLUMNS, device_table
from pumice.server.web.reader import reader

TABS = (
    ("devices", "Devices", "/scheduler/alldevices"),
    ("types", "Device types", "/scheduler/device_types"),
    ("status", "Status", "/scheduler/"),
)


def tabs(current: str) -> list[tuple[str, str, bool]]:
    """The tabs of the lab's pages."""
    return [(label, url, name == current) for name, label, url in TABS]


@require_safe
def all_devices(request: HttpRequest) -> HttpResponse:
    """Every device."""
    after = last_seq()
    table = device_table(
        request.GET, queries.devices(reader(request)), label="All devices", columns=DEVICE_COLUMNS
    )
    context = {"table": table, "tabs": tabs("devices"), "live_after": after}
    return render(request, "web/lab/devices.html", {**context, "section": "devices"})


@require_safe
def device(request: HttpRequest, hostname: str) -> HttpResponse:
    """A device: what it is, how it is, what it ran."""
    after = last_seq()
    found = _find(request, hostname)
    table = job_table(
        request.GET,
        jobs.of_device(reader(request), hostname),
        scope="all",
        label="Jobs of this device",
        prefix="recent_",
        columns=SHORT_COLUMNS,
        live={"device": hostname},
    )
    context = {
        "device": found,
        "tags": [tag.name for tag in found.tags.all()],
        "current_job": job_queries.current_jobs([hostname]).get(hostname),
        "has_dictionary": configuration.has_dictionary(hostname),
        "table": table,
        "live_after": after,
        "section": "devices",
    }
    return render(request, "web/lab/device.html", context)


@require_safe
def dictionary(request: HttpRequest, hostname: str) -> HttpResponse:
    """A device's dictionary, as written and as rendered."""
    found = _find(request, hostname)
    error = raw = rendered = ""
    try:
        raw = configuration.dictionary(hostname)
        rendered = configuration.render_device(hostname)
    except (NoConfiguration, InvalidDocument) as problem:
        error = str(problem)
    context = {
        "device": found,
        "raw": raw,
        "rendered": rendered,
        "error": error,
        "section": "devices",
    }
    return render(request, "web/lab/dictionary.html", context)


@require_safe
def dictionary_plain(request: HttpRequest, hostname: str) -> HttpResponse:
    """A device's rendered configuration as a file."""
    _find(request, hostname)
    try:
        text = configuration.render_device(hostname)
    except NoConfiguration as error:
        raise Http404(str(error)) from error
    except InvalidDocument as error:
        return HttpResponse(str(error), status=409, content_type="text/plain; charset=utf-8")
    return HttpResponse(
        text,
        content_type="text/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{hostname}.yaml"'},
    )


def _find(request: HttpRequest, hostname: str) -> Device:
    found = lists.device_with_relations(reader(request), hostname)
    if found is None:
        raise Http404(f"There is no device {hostname}.")
    return found
