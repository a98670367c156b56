"""Addresses of the pages, as LAVA has them."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path

from pumice.server.web.home import views as home
from pumice.server.web.jobs import detail, listing, submit
from pumice.server.web.lab import devices, types, workers
from pumice.server.web.logs import views as logs
from pumice.server.web.results import views as results

_NUMBER = r"(?P<number>[0-9]+(?:\.[0-9]+)?)"  # the second is that in a MultiNode group
_JOB = rf"^scheduler/job/{_NUMBER}"
_DEVICE = "scheduler/device/<str:hostname>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("scheduler/", types.status),
    path("scheduler/alljobs", listing.all_jobs),
    path("scheduler/activejobs", listing.active_jobs),
    path("scheduler/queue", listing.queue),
    path("scheduler/myjobs", listing.my_jobs),
    path("scheduler/jobsubmit", submit.job_submit),
    re_path(rf"{_JOB}$", detail.job),
    re_path(rf"{_JOB}/summary$", detail.summary),
    re_path(rf"{_JOB}/definition$", detail.definition),
    re_path(rf"{_JOB}/definition/plain$", detail.definition_plain),
    re_path(rf"{_JOB}/cancel$", detail.cancel_job),
    re_path(rf"{_JOB}/log$", logs.log_range),
    re_path(rf"{_JOB}/log_file/plain$", logs.plain_log),
    re_path(rf"{_JOB}/log_pipeline_incremental$", logs.incremental),
    path("scheduler/alldevices", devices.all_devices),
    path(_DEVICE, devices.device, name="device"),
    path(f"{_DEVICE}/devicedict", devices.dictionary, name="dictionary"),
    path(f"{_DEVICE}/devicedict/plain", devices.dictionary_plain, name="dictionary_plain"),
    path("scheduler/device_types", types.device_types),
    path("scheduler/device_type/<str:name>", types.device_type, name="device_type"),
    path("scheduler/allworkers", workers.all_workers),
    path("scheduler/worker/<str:hostname>", workers.worker, name="worker"),
    re_path(rf"^results/{_NUMBER}$", results.job_results),
    re_path(r"^results/testcase/(?P<number>[0-9]+)$", results.case),
    re_path(rf"^results/{_NUMBER}/(?P<place>.+)$", results.suite),
    path("", include("pumice.server.web.api_help.urls")),
    path("", include("pumice.server.web.api_tokens.urls")),
    path("", include("pumice.server.web.accounts.urls")),
    path("", include("pumice.server.web.audit.urls")),
]
