"""scheduler.workers: the hosts that run jobs."""

from __future__ import annotations

from typing import Any

from pumice.server.accounts.authentication import Requester
from pumice.server.api.xmlrpc.faults import NOT_FOUND, Fault
from pumice.server.api.xmlrpc.permissions import LISTS_VISIBLE, MAY_VIEW
from pumice.server.api.xmlrpc.registry import method
from pumice.server.api.xmlrpc.signatures import Name
from pumice.server.lab import configuration, queries
from pumice.server.lab.workers import token_of
from pumice.wire.states import WorkerHealth, WorkerState


@method("scheduler.workers.list", permission=LISTS_VISIBLE)
def list_workers(user: Requester, show_all: bool = False) -> list[str]:
    """List the workers.

    Arguments
      show_all: also list workers that are retired.

    Returns
      An array of names, sorted.
    """
    workers = queries.workers(user) if show_all else queries.workers_in_use(user)
    return list(workers.values_list("hostname", flat=True))


@method("scheduler.workers.show", permission=MAY_VIEW)
def show(user: Requester, hostname: Name) -> dict[str, Any]:
    """Show a worker.

    Arguments
      hostname: the worker's name.

    Returns
      A struct: hostname, description, state, health, devices (their names), last_ping (in UTC),
      job_limit (0: none), version, default_config, default_env, default_env_dut (whether the
      worker has no such file of its own); for a superuser also token.

    Faults
      404: there is no such worker.
    """
    worker = queries.workers(user).filter(pk=str(hostname)).first()
    if worker is None:
        raise Fault(NOT_FOUND, f"Worker '{hostname}' was not found.")
    name = worker.hostname
    devices = queries.devices(user).filter(worker_host=worker)
    shown = {
        "hostname": name,
        "description": worker.description or None,
        "state": WorkerState(worker.state).label,
        "health": WorkerHealth(worker.health).label,
        "devices": list(devices.values_list("hostname", flat=True)),
        "last_ping": worker.last_ping,
        "job_limit": worker.job_limit,
        "version": worker.version or None,
        "default_config": configuration.dispatcher_configuration(name) is None,
        "default_env": not configuration.has_own(name, "env.yaml"),
        "default_env_dut": not configuration.has_own(name, "env-dut.yaml"),
    }
    if user.is_superuser:
        shown["token"] = token_of(worker)
    return shown
