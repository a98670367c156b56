"""Lists of workers, and one worker."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pumice.server.events.queries import last_seq
from pumice.server.jobs import lists as jobs
from pumice.server.lab import lists, queries
from pumice.server.web.jobs.tables import SHORT_COLUMNS, job_table
from pumice.server.web.lab.tables import device_table, worker_table
from pumice.server.web.reader import reader


@require_safe
def all_workers(request: HttpRequest) -> HttpResponse:
    """Every worker that is not retired."""
    after = last_seq()
    table = worker_table(request.GET, queries.workers_in_use(reader(request)))
    context = {"table": table, "live_after": after, "section": "workers"}
    return render(request, "web/lab/workers.html", context)


@require_safe
def worker(request: HttpRequest, hostname: str) -> HttpResponse:
    """A worker: how it is, its devices, and what they ran."""
    after = last_seq()
    found = queries.workers(reader(request)).filter(pk=hostname).first()
    if found is None:
        raise Http404(f"There is no worker {hostname}.")
    context = {
        "worker": found,
        "devices": device_table(
            request.GET,
            lists.devices_of_worker(reader(request), hostname),
            label="Devices of this worker",
            prefix="devices_",
        ),
        "jobs": job_table(
            request.GET,
            jobs.of_worker(reader(request), hostname),
            scope="all",
            label="Jobs of this worker",
            prefix="jobs_",
            columns=SHORT_COLUMNS,
            live={"worker": hostname},
        ),
        "live_after": after,
        "section": "workers",
    }
    return render(request, "web/lab/worker.html", context)
