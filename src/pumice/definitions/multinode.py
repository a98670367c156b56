"""MultiNode: one definition becomes those of a group of jobs, one for each role and count.

Source: what LAVA makes of ``protocols.lava-multinode``. Where LAVA leaves a role's tags,
environment, device and worker only in the protocol, each job has them at its top too, where the
jobs of one device have them.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from pumice.definitions.blocks import as_map, seconds, whole
from pumice.formats.errors import InvalidDocument

_COPIED = (
    "job_name",
    "timeouts",
    "priority",
    "visibility",
    "notify",
    "metadata",
    "reboot_to_fastboot",
    "secrets",
)
_LIFTED = ("device_type", "connection", "host_role", "context")
_ALSO_AT_THE_TOP = ("device", "worker", "tags", "environment")
PROTOCOL = "lava-multinode"
START = "lava-start"
"""The request of a role, or of an action, that waits until another role lets it start."""

MAX_JOBS = 1000
"""A group has at most as many jobs."""


@dataclass(frozen=True, slots=True)
class Part:
    """One job of a group: its number from 0, its role, and its definition.

    ``definition`` shares nothing with the original. A guest (one whose role has a
    ``connection``) has ``host_role`` in place of a device type.
    """

    sub_id: int
    role: str
    definition: dict[str, Any]

    @property
    def is_guest(self) -> bool:
        """Whether the job runs on the device of another role."""
        return is_guest(self.definition)


@dataclass(frozen=True, slots=True)
class Member:
    """One job of a group, without its definition.

    ``host`` is the number of the job on whose device a guest runs. When an ``essential`` job fails,
    the others are to end.
    """

    role: str
    host: int | None = None
    essential: bool = False


@dataclass(frozen=True, slots=True)
class Membership:
    """What the definition of one job of a group says of the group.

    ``timeout`` is in seconds, 0 where the job says nothing. ``expect_role`` is the role whose
    message ``lava_start`` the job waits for before it begins, empty where it begins at once.
    """

    target_group: str
    role: str
    group_size: int
    timeout: int = 0
    expect_role: str = ""


def membership(job: Mapping[str, Any]) -> Membership | None:
    """The group that a job belongs to, or None. Raises InvalidDocument.

    The definition of a whole group belongs to none: :func:`split` makes its jobs.
    """
    protocols = as_map(job.get("protocols"))
    if PROTOCOL not in protocols:
        return None
    path = ("protocols", PROTOCOL)
    block = as_map(protocols[PROTOCOL])
    group, role = block.get("target_group"), block.get("role")
    size = whole(block.get("group_size"), 0)
    if not isinstance(group, str) or not group or not isinstance(role, str) or size < 1:
        raise InvalidDocument.because(
            "this is the definition of a whole group of jobs: what runs is each of its jobs, "
            "whose definition has 'target_group', 'role' and 'group_size' here",
            path,
        )
    request, timeout = block.get("request"), block.get("timeout")
    if request not in (None, "", START):
        raise InvalidDocument.because(
            f"a role starts at once or by {START!r}, not by {request!r}", (*path, "request")
        )
    expected = block.get("expect_role") if request == START else ""
    if not isinstance(expected, str) or (request and not expected):
        raise InvalidDocument.because(f"{START!r} needs a role", (*path, "expect_role"))
    return Membership(
        group, role, size, seconds(timeout, (*path, "timeout")) if timeout else 0, expected
    )


def is_guest(job: Mapping[str, Any]) -> bool:
    """Whether the definition of one job is that of a guest: it runs on another role's device."""
    return PROTOCOL in as_map(job.get("protocols")) and bool(job.get("connection"))


def guest_device(host: Mapping[str, Any]) -> dict[str, Any]:
    """What a guest gets of the configuration of its host's device.

    It cannot switch the device: there are no commands in it, and no kernel starts. Source: what
    LAVA gives to such jobs.
    """
    kept = {key: host[key] for key in ("hostname", "devicetype", "timeouts") if key in host}
    constants = {**as_map(host.get("constants")), "kernel-start-message": ""}
    actions = as_map(host.get("actions"))
    return {
        **kept,
        "constants": constants,
        "actions": {
            kind: {
                key: given[key]
                for given in (as_map(actions.get(kind)),)
                for key in ("connections", "methods")
                if key in given
            }
            for kind in ("deploy", "boot")
        },
    }


def split(job: Mapping[str, Any], *, target_group: str) -> tuple[Part, ...]:
    """The jobs of a MultiNode definition, in the order of its roles.

    ``job`` is one that :func:`pumice.definitions.jobs.check` finds nothing wrong with;
    ``target_group`` identifies the group. Raises InvalidDocument where there is no job or more
    than :data:`MAX_JOBS`.
    """
    protocols = cast("Mapping[str, Any]", job["protocols"])
    block = cast("Mapping[str, Any]", protocols[PROTOCOL])
    roles = cast("Mapping[str, Mapping[str, Any]]", block["roles"])
    size = sum(int(role["count"]) for role in roles.values())
    if not 1 <= size <= MAX_JOBS:
        raise InvalidDocument.because(
            f"the roles have {size} jobs together: 1 to {MAX_JOBS} are possible",
            ("protocols", PROTOCOL, "roles"),
        )
    parts: list[Part] = []
    for name, role in roles.items():
        for _ in range(int(role["count"])):
            definition = _of_role(job, name, role)
            definition["protocols"][PROTOCOL] = {
                **{key: value for key, value in block.items() if key != "roles"},
                **{key: value for key, value in role.items() if key not in _LIFTED},
                "target_group": target_group,
                "role": name,
                "group_size": size,
                "sub_id": len(parts),
            }
            parts.append(Part(len(parts), name, copy.deepcopy(definition)))
    return tuple(parts)


def members(job: Mapping[str, Any]) -> tuple[Member, ...]:
    """Who the jobs of a MultiNode definition are, in the order of :func:`split`.

    ``job`` is one that :func:`split` parts.
    """
    roles = cast("Mapping[str, Mapping[str, Any]]", job["protocols"][PROTOCOL]["roles"])
    first: dict[str, int] = {}
    size = 0
    for name, role in roles.items():
        first[name] = size
        size += int(role["count"])
    return tuple(
        Member(
            name,
            host=first[role["host_role"]] if "connection" in role else None,
            essential=bool(role.get("essential")),
        )
        for name, role in roles.items()
        for _ in range(int(role["count"]))
    )


def _of_role(job: Mapping[str, Any], name: str, role: Mapping[str, Any]) -> dict[str, Any]:
    """The definition of one role's jobs, without their part of the protocol."""
    definition = {key: job[key] for key in _COPIED if key in job}
    definition |= {key: role[key] for key in (*_LIFTED, *_ALSO_AT_THE_TOP) if key in role}
    protocols = cast("Mapping[str, Any]", job["protocols"])
    definition["protocols"] = {key: protocols[key] for key in protocols if key != PROTOCOL}
    definition["actions"] = [
        own for item in job["actions"] if (own := _own(cast("Mapping[str, Any]", item), name))
    ]
    return definition


def _own(item: Mapping[str, Any], role: str) -> dict[str, Any]:
    """The actions of an item that a role performs, with the role as a text."""
    found: dict[str, Any] = {}
    for kind, block in item.items():
        named = block.get("role", ())
        if role == named or (isinstance(named, list) and role in named):
            found[kind] = {**block, "role": role}
    return found
