"""scheduler.workers.{get,set}_*: the files of a worker."""

from __future__ import annotations

import logging

from pumice.formats import yaml
from pumice.formats.errors import InvalidDocument
from pumice.server.accounts.authentication import Requester
from pumice.server.api.xmlrpc.faults import BAD_REQUEST, NOT_FOUND, Fault
from pumice.server.api.xmlrpc.lookups import any_worker, caller, worker_to_view
from pumice.server.api.xmlrpc.permissions import MAY_VIEW, holders
from pumice.server.api.xmlrpc.registry import method
from pumice.server.api.xmlrpc.signatures import Name
from pumice.server.lab import configuration, writing

CHANGES = holders("lava_scheduler_app.change_worker")
log = logging.getLogger("pumice.xmlrpc")


@method("scheduler.workers.get_config", permission=MAY_VIEW)
def get_config(user: Requester, hostname: Name) -> bytes:
    """Show a worker's dispatcher.yaml: where its files are, which addresses boards use.

    Arguments
      hostname: the worker's name.

    Returns
      The worker's own file, else that of all workers, as YAML.

    Faults
      404: there is no such worker, or no such file.
      403: the caller may not see the worker.
      400: the name can be none of a worker.

    Example
      scheduler.workers.get_config("worker-1")
    """
    text = configuration.dispatcher_configuration(_visible(user, hostname))
    if text is None:
        raise Fault(NOT_FOUND, f"Worker '{hostname}' does not have a dispatcher configuration")
    return text.encode()


@method("scheduler.workers.set_config", permission=CHANGES)
def set_config(user: Requester, hostname: Name, config: str | None) -> bool:
    """Replace a worker's own dispatcher.yaml.

    Arguments
      hostname: the worker's name.
      config: the text, as YAML; an empty one, or nil, deletes the file.

    Returns
      Whether it could be written.

    Faults
      404: there is no such worker.
      400: the text is not YAML, or the name can be none of a worker.

    Example
      scheduler.workers.set_config("worker-1", "dispatcher_ip: 10.0.0.1")
    """
    return _written(user, hostname, "dispatcher.yaml", config, "config")


@method("scheduler.workers.get_env", permission=MAY_VIEW)
def get_env(user: Requester, hostname: Name) -> bytes:
    """Show a worker's env.yaml: the environment of its dispatchers.

    Arguments
      hostname: the worker's name.

    Returns
      The worker's own file, else that of all workers, as YAML.

    Faults
      404: there is no such worker, or no such file.
      403: the caller may not see the worker.
      400: the name can be none of a worker.

    Example
      scheduler.workers.get_env("worker-1")
    """
    text = configuration.environment(_visible(user, hostname))
    if text is None:
        raise Fault(NOT_FOUND, f"Worker '{hostname}' does not have an env file")
    return text.encode()


@method("scheduler.workers.set_env", permission=CHANGES)
def set_env(user: Requester, hostname: Name, env: str | None) -> bool:
    """Replace a worker's own env.yaml.

    Arguments
      hostname: the worker's name.
      env: the text, as YAML; an empty one, or nil, deletes the file.

    Returns
      Whether it could be written.

    Faults
      404: there is no such worker.
      400: the text is not YAML, or the name can be none of a worker.

    Example
      scheduler.workers.set_env("worker-1", "purge: true")
    """
    return _written(user, hostname, "env.yaml", env, "env")


@method("scheduler.workers.get_env_dut", permission=MAY_VIEW)
def get_env_dut(user: Requester, hostname: Name) -> bytes:
    """Show a worker's env-dut.yaml: the environment of its boards.

    Arguments
      hostname: the worker's name.

    Returns
      The worker's own file, else that of all workers, as YAML.

    Faults
      404: there is no such worker, or no such file.
      403: the caller may not see the worker.
      400: the name can be none of a worker.

    Example
      scheduler.workers.get_env_dut("worker-1")
    """
    text = configuration.environment_dut(_visible(user, hostname))
    if text is None:
        raise Fault(NOT_FOUND, f"Worker '{hostname}' does not have an env-dut file")
    return text.encode()


@method("scheduler.workers.set_env_dut", permission=CHANGES)
def set_env_dut(user: Requester, hostname: Name, env: str | None) -> bool:
    """Replace a worker's own env-dut.yaml.

    Arguments
      hostname: the worker's name.
      env: the text, as YAML; an empty one, or nil, deletes the file.

    Returns
      Whether it could be written.

    Faults
      404: there is no such worker.
      400: the text is not YAML, or the name can be none of a worker.

    Example
      scheduler.workers.set_env_dut("worker-1", "overrides: {LANG: C}")
    """
    return _written(user, hostname, "env-dut.yaml", env, "DUT env")


def _visible(user: Requester, hostname: object) -> str:
    return worker_to_view(user, _checked(hostname)).pk


def _checked(hostname: object) -> str:
    name = str(hostname)
    if not name or "/" in name or name in (".", ".."):
        raise Fault(BAD_REQUEST, "Invalid worker name")
    return name


def _written(user: Requester, hostname: object, file: str, text: str | None, label: str) -> bool:
    worker = any_worker(_checked(hostname))
    try:
        if text:
            yaml.load(text)
        writing.write_worker_file(caller(user), worker.pk, file, text)
    except InvalidDocument as error:
        message = f"Invalid YAML syntax in '{hostname}' {label}: {error}"
        raise Fault(BAD_REQUEST, message) from error
    except OSError:
        log.exception("a file cannot be written", extra={"worker": worker.pk, "file": file})
        return False
    return True
