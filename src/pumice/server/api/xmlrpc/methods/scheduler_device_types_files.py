"""scheduler.device_types.{get,set}_*: health checks and templates."""

from __future__ import annotations

from pumice.server.accounts.authentication import Requester
from pumice.server.api.xmlrpc.faults import BAD_REQUEST, NOT_FOUND, Fault, internal
from pumice.server.api.xmlrpc.lookups import caller, type_to_change
from pumice.server.api.xmlrpc.permissions import MAY_CHANGE, MAY_VIEW
from pumice.server.api.xmlrpc.registry import method
from pumice.server.api.xmlrpc.signatures import Name
from pumice.server.lab import configuration, permissions, writing
from pumice.server.lab.models import DeviceType


@method("scheduler.device_types.get_health_check", permission=MAY_VIEW)
def get_health_check(user: Requester, name: Name) -> bytes:
    """Show the health check of a device type: the job that says whether a device works.

    Arguments
      name: the device type's name; also one for which there is only a file.

    Returns
      The job, as YAML.

    Faults
      404: there is no such file, or the caller may not see the device type.
      400: the name can be none of a file.

    Example
      scheduler.device_types.get_health_check("qemu")
    """
    return _found(user, name, configuration.health_check_of(_file(name)))


@method("scheduler.device_types.set_health_check", permission=MAY_CHANGE)
def set_health_check(user: Requester, name: Name, config: str | None) -> None:
    """Replace the health check of a device type.

    Arguments
      name: the device type's name.
      config: a job, as YAML, which is not checked; an empty one, or nil, deletes the health check.

    Faults
      404: there is no such device type.
      403: the caller may not change it.
      400: the file cannot be written.

    Example
      scheduler.device_types.set_health_check("qemu", nil)
    """
    found = type_to_change(user, _file(name), "change")
    try:
        writing.write_health_check(caller(user), found.pk, config)
    except OSError as error:
        raise Fault(BAD_REQUEST, f"Unable to write health-check: {error.strerror}") from error


@method("scheduler.device_types.get_template", permission=MAY_VIEW)
def get_template(user: Requester, name: Name) -> bytes:
    """Show the template of a device type: the site's own, else the one that Pumice ships.

    Arguments
      name: the device type's name; also one for which there is only a file.

    Returns
      The template, in Jinja.

    Faults
      404: there is no such file, or the caller may not see the device type.
      400: the name can be none of a file.

    Example
      scheduler.device_types.get_template("qemu")
    """
    return _found(user, name, configuration.template(_file(name)))


@method("scheduler.device_types.set_template", permission=MAY_CHANGE)
def set_template(user: Requester, name: Name, config: str | None) -> None:
    """Replace the site's own template of a device type.

    Arguments
      name: the device type's name.
      config: the template, which is not checked; an empty one, or nil, deletes it, so that the
        one that Pumice ships counts again.

    Faults
      404: there is no such device type.
      403: the caller may not change it.
      400: the file cannot be written.

    Example
      scheduler.device_types.set_template("qemu", nil)
    """
    found = type_to_change(user, _file(name), "change")
    try:
        writing.write_template(caller(user), found.pk, config)
    except OSError as error:
        text = f"Unable to write device-type configuration: {error.strerror}"
        raise Fault(BAD_REQUEST, text) from error


def _file(name: object) -> str:
    text = str(name)
    if not text:
        raise internal("the name of a device type is empty")
    if "/" in text or text.startswith("."):
        raise Fault(BAD_REQUEST, f"Invalid device-type '{text}'")
    return text


def _found(user: Requester, name: object, text: str | None) -> bytes:
    kind = DeviceType.objects.filter(pk=str(name)).first()
    if text is None or (kind is not None and not permissions.may_view(user, kind)):
        raise Fault(NOT_FOUND, f"Device-type '{name}' was not found.")
    return text.encode()
