"""scheduler.workers: the hosts that run jobs."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from pumice.server.accounts.authentication import Requester
from pumice.server.accounts.errors import CannotChange
from pumice.server.api.xmlrpc.faults import BAD_REQUEST, Fault
from pumice.server.api.xmlrpc.lookups import any_worker, caller, refused, worker_to_view
from pumice.server.api.xmlrpc.permissions import LISTS_VISIBLE, MAY_VIEW, holders, shows_secrets
from pumice.server.api.xmlrpc.registry import method
from pumice.server.api.xmlrpc.signatures import Anything, Name
from pumice.server.lab import configuration, queries
from pumice.server.lab import workers as acts
from pumice.server.lab.workers import token_of
from pumice.server.lifecycle.health import set_worker_health
from pumice.server.lifecycle.removal import delete_worker
from pumice.wire.states import WorkerHealth, WorkerState


@method("scheduler.workers.list", permission=LISTS_VISIBLE)
def list_workers(user: Requester, show_all: bool = False) -> list[str]:
    """List the workers.

    Arguments
      show_all: also list workers that are retired.

    Returns
      An array of names, sorted.

    Example
      scheduler.workers.list()
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
      worker has no such file of its own); for a superuser, with a token of the scope admin, also
      token.

    Faults
      404: there is no such worker.
      403: the caller may not see it.

    Example
      scheduler.workers.show("worker-1")
    """
    worker = worker_to_view(user, hostname)
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
    if user.is_superuser and shows_secrets(user):
        shown["token"] = token_of(worker)
    return shown


@method("scheduler.workers.add", permission=holders("lava_scheduler_app.add_worker"))
def add(
    user: Requester, hostname: str, description: str | None = None, disabled: bool = False
) -> None:
    """Add a worker. Its token is shown by scheduler.workers.show.

    Arguments
      hostname: its name: it has no slash, and does not begin with a dot.
      description: what people read of it.
      disabled: whether it is retired from the beginning.

    Faults
      400: there is such a worker, or it cannot be called so.

    Example
      scheduler.workers.add("worker-2", "the rack in the cellar")
    """
    health = WorkerHealth.RETIRED if disabled else WorkerHealth.ACTIVE
    try:
        acts.add(hostname, description or "", by=caller(user), health=health)
    except CannotChange as error:
        raise refused("worker already exists?" if error.taken else error) from error


@method("scheduler.workers.update", permission=holders("lava_scheduler_app.change_worker"))
def update(
    user: Requester,
    hostname: Name,
    description: str | None = None,
    health: Name = None,
    job_limit: Anything = None,
) -> None:
    """Change a worker: what is not nil.

    Its devices follow its health: where it becomes ACTIVE, but not from RETIRED, Good ones
    become Unknown; where it becomes RETIRED, all but Bad ones are retired.

    Arguments
      hostname: the worker's name.
      description: what people read of it.
      health: ACTIVE, MAINTENANCE or RETIRED.
      job_limit: how many jobs run there at once, 0 for any number.

    Faults
      404: there is no such worker.
      400: there is no such health, or the limit is no number from 0.

    Example
      scheduler.workers.update("worker-1", nil, "MAINTENANCE", nil)
    """
    worker = any_worker(hostname)
    wanted = WorkerHealth.__members__.get(str(health)) if health is not None else None
    if health is not None and wanted is None:
        raise Fault(BAD_REQUEST, f"Invalid health: {health}")
    if job_limit is not None and type(job_limit) is not int:
        raise Fault(BAD_REQUEST, "Invalid job limit")
    try:
        with transaction.atomic():
            acts.change(caller(user), worker, description=description, job_limit=job_limit)
            if wanted is not None:
                set_worker_health(caller(user), worker.pk, wanted, "xmlrpc api")
    except CannotChange as error:
        raise Fault(BAD_REQUEST, "Invalid job limit") from error


@method("scheduler.workers.delete", permission=holders("lava_scheduler_app.delete_worker"))
def delete(user: Requester, hostname: Name) -> None:
    """Delete a worker. Its devices are kept, without a worker.

    Arguments
      hostname: the worker's name.

    Faults
      404: there is no such worker.
      400: a job holds one of its devices: cancel that first.

    Example
      scheduler.workers.delete("worker-2")
    """
    worker = any_worker(hostname)
    try:
        delete_worker(caller(user), worker.pk)
    except CannotChange as error:
        raise refused(error) from error
