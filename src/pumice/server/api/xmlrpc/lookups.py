"""What arguments name, looked up; a fault where there is no such thing, or not for the caller.

Existence is told before permission, as LAVA does, by the methods that say so in their help.
"""

from __future__ import annotations

from django.contrib.auth.models import Group, User

from pumice.server.accounts.authentication import Requester
from pumice.server.api.xmlrpc.faults import BAD_REQUEST, FORBIDDEN, NOT_FOUND, Fault
from pumice.server.jobs import queries as jobs
from pumice.server.jobs.models import Job
from pumice.server.jobs.permissions import may_view
from pumice.server.lab import permissions
from pumice.server.lab.models import Device, DeviceType, Tag, Worker
from pumice.server.lab.queries import device_types


def caller(user: Requester) -> User | None:
    """The caller for the record of changes; None for nobody, who can change nothing."""
    return user if isinstance(user, User) else None


def name_of(user: Requester) -> str:
    """How faults name the caller."""
    return user.get_username() or "AnonymousUser"


def job_to_view(user: Requester, job_id: object) -> Job:
    """The job, if the caller may see it. Raises Fault 404 or 403."""
    return seen(user, job_id, jobs.find(job_id))


def seen(user: Requester, job_id: object, job: Job | None) -> Job:
    """The job that was found by its id, if the caller may see it. Raises Fault 404 or 403."""
    if job is None:
        raise Fault(NOT_FOUND, f"Job '{job_id}' was not found.")
    if not may_view(user, job):
        raise Fault(FORBIDDEN, f"Job '{job_id}' not available to user '{name_of(user)}'.")
    return job


def device_to_view(user: Requester, hostname: object) -> Device:
    """The device, if the caller may see it. Raises Fault 404 or 403."""
    device = any_device(hostname)
    if not permissions.may_view(user, device):
        raise Fault(FORBIDDEN, f"Device '{hostname}' not available to user '{name_of(user)}'.")
    return device


def device_to_change(user: Requester, hostname: object) -> Device:
    """The device, if the caller may change it. Raises Fault 404 or 403."""
    device = any_device(hostname)
    if not permissions.may_change(user, device):
        raise Fault(
            FORBIDDEN, f"User '{name_of(user)}' needs admin permission on device {hostname}."
        )
    return device


def any_device(hostname: object) -> Device:
    """The device, whoever asks: the method's permission says who may. Raises Fault 404."""
    device = Device.objects.filter(pk=str(hostname)).first()
    if device is None:
        raise Fault(NOT_FOUND, f"Device '{hostname}' was not found.")
    return device


def type_to_view(user: Requester, name: object) -> DeviceType:
    """The device type; one that the caller may not see is not found. Raises Fault 404."""
    found = device_types(user).filter(pk=str(name)).first()
    if found is None:
        raise Fault(NOT_FOUND, f"Device-type '{name}' was not found.")
    return found


def type_to_change(user: Requester, name: object, action: str = "admin") -> DeviceType:
    """The device type, if the caller may change it. Raises Fault 404 or 403."""
    found = any_type(name)
    if not permissions.may_change(user, found):
        raise Fault(FORBIDDEN, f"No '{action}' permissions for device-type '{name}'.")
    return found


def any_type(name: object) -> DeviceType:
    """The device type, whoever asks. Raises Fault 404."""
    found = DeviceType.objects.filter(pk=str(name)).first()
    if found is None:
        raise Fault(NOT_FOUND, f"Device-type '{name}' was not found.")
    return found


def worker_to_view(user: Requester, hostname: object) -> Worker:
    """The worker, if the caller may see it. Raises Fault 404 or 403."""
    worker = any_worker(hostname)
    if not permissions.may_view(user, worker):
        raise Fault(FORBIDDEN, f"Worker '{hostname}' not available to user '{name_of(user)}'.")
    return worker


def any_worker(hostname: object, missing: str = "Worker '{}' was not found.") -> Worker:
    """The worker, whoever asks. Raises Fault 404 with the text."""
    worker = Worker.objects.filter(pk=str(hostname)).first()
    if worker is None:
        raise Fault(NOT_FOUND, missing.format(hostname))
    return worker


def group(name: object) -> Group:
    """The group. Raises Fault 404."""
    found = Group.objects.filter(name=str(name)).first()
    if found is None:
        raise Fault(NOT_FOUND, f"Group '{name}' was not found.")
    return found


def person(username: object) -> User:
    """The user of this name. Raises Fault 404."""
    found = User.objects.filter(username=str(username)).first()
    if found is None:
        raise Fault(NOT_FOUND, f"User '{username}' was not found.")
    return found


def tag(name: object) -> Tag:
    """The tag. Raises Fault 404."""
    found = Tag.objects.filter(name=str(name)).first()
    if found is None:
        raise Fault(NOT_FOUND, f"Tag '{name}' was not found.")
    return found


def refused(error: object, prefix: str = "Bad request: ") -> Fault:
    """The fault for a change that is refused, with what would be right."""
    return Fault(BAD_REQUEST, f"{prefix}{error}")
