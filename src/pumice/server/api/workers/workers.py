"""A worker registers itself, and asks what there is to do."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from pumice.server.accounts import attempts
from pumice.server.accounts.addresses import client_address
from pumice.server.accounts.attempts import Door
from pumice.server.accounts.errors import CannotChange
from pumice.server.api.workers.answers import Refused, answer
from pumice.server.api.workers.tokens import worker_by_token
from pumice.server.audit.origin import came_from
from pumice.server.jobs.groups import guests_at_work
from pumice.server.jobs.models import Job
from pumice.server.jobs.tokens import token_of
from pumice.server.lab import workers
from pumice.server.lab.models import Worker
from pumice.server.lifecycle.presence import seen
from pumice.wire.states import JobState

_LISTS = {
    JobState.SCHEDULED: "start",
    JobState.CANCELING: "cancel",
    JobState.RUNNING: "running",
}


def register(request: HttpRequest) -> HttpResponse:
    """POST name[, username, password]: add a worker; the answer holds its token."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        with came_from("worker", client_address(request)):
            return answer(_register(request))
    except Refused as refused:
        return refused.response()


def _register(request: HttpRequest) -> dict[str, str]:
    name = request.POST.get("name", "")
    username, password = request.POST.get("username"), request.POST.get("password")
    if not settings.WORKER_AUTO_REGISTER and not (username and password):
        raise Refused(403, "Auto registration is disabled")
    if not name:
        raise Refused(400, "Missing 'name'")
    if "/" in name or name.startswith(".") or len(name) > 200:
        raise Refused(400, "Invalid 'name'")
    existing = Worker.objects.filter(pk=name).first()
    if username and password:
        user = authenticate(request, username=username, password=password)
        if not isinstance(user, User):
            if seconds := attempts.wait(Door.WORKER, username):
                raise Refused(429, attempts.text(seconds))
            raise Refused(403, f"Unknown user {username}")
        if existing is not None and user.is_superuser:
            return {"name": name, "token": workers.token_of(existing)}
        origin = username
    else:
        origin = _allowed_address(request)
    if existing is not None:
        raise Refused(403, f"Worker '{name}' already registered")
    try:
        _, token = workers.add(name, f"Auto registered by {origin}")
    except CannotChange as error:
        if error.taken:
            raise Refused(403, f"Worker '{name}' already registered") from error
        raise Refused(400, str(error)) from error
    return {"name": name, "token": token}


def _allowed_address(request: HttpRequest) -> str:
    peer = client_address(request)
    try:
        address = ipaddress.ip_address(peer)
    except ValueError as error:
        raise Refused(400, "Missing client ip") from error
    networks = (
        ipaddress.ip_network(network, strict=False)
        for network in settings.WORKER_AUTO_REGISTER_NETMASK
    )
    if not any(address in network for network in networks):
        raise Refused(403, f"Auto registration is forbidden for '{peer}'")
    return peer


def ping(request: HttpRequest, name: str) -> HttpResponse:
    """GET ?version=: what the worker shall start, cancel, and should have running."""
    if request.method == "POST":
        return Refused(403, "POST is forbidden for such url").response()
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    try:
        worker = worker_by_token(name, request.headers.get("LAVA-Token"))
        version = request.GET.get("version")
        if not version:
            raise Refused(400, "Missing 'version'")
    except Refused as refused:
        return refused.response()
    seen(worker.pk, version)
    return answer(_lists(worker))


def _lists(worker: Worker) -> dict[str, list[dict[str, int | str]]]:
    lists: dict[str, list[dict[str, int | str]]] = {"cancel": [], "running": [], "start": []}
    jobs = Job.objects.filter(actual_device__worker_host=worker, state__in=list(_LISTS)).only(
        "id", "state", "submit_time"
    )
    guests = [
        guest
        for guest, host in guests_at_work()
        if host.actual_device is not None and host.actual_device.worker_host_id == worker.pk
    ]
    for job in (*jobs.order_by("id"), *guests):
        lists[_LISTS[JobState(job.state)]].append({"id": job.pk, "token": token_of(job)})
    return lists
