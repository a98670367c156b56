"""``protocols``: MultiNode jobs, and network block devices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self, cast

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
    model_validator,
)

from pumice.definitions.keys import Timeout
from pumice.formats.schema import Section, describe, nearest, wrong


class Member(Section):
    """What all roles may say."""

    essential: bool = False
    """Whether the failure of this role ends the jobs of all."""

    tags: list[str] = []
    """Tags that its devices must have."""

    timeout: Timeout = Timeout()
    """How long it may take."""

    context: dict[str, Any] = {}
    """Variables for its devices' templates."""


class Role(Member):
    """A role whose jobs run on devices of a type, ``count`` of them."""

    device_type: str = Field(min_length=1)
    """The type of its devices."""

    count: int = Field(ge=0)
    """How many devices it has."""

    device: str = ""
    """The only device that may have the role."""

    worker: str = ""
    """The only worker whose devices may."""

    environment: dict[str, Any] = {}
    """Variables for its tests."""

    @model_validator(mode="after")
    def _one_job_on_one_device(self) -> Self:
        if self.device and self.count > 1:
            raise wrong(
                f"Specific device '{self.device}' cannot be used when count is greater than 1."
            )
        return self


class Guest(Member):
    """A role whose jobs run on the device of another role, through a connection to it."""

    connection: str = Field(min_length=1)
    """How the device of the other role is reached."""

    count: int = Field(ge=0)
    """How many connections there are."""

    host_role: str = Field(min_length=1)
    """The role whose device it is."""

    expect_role: str = Field(min_length=1)
    """The role whose message starts it."""

    request: str = ""
    """The call that starts it."""

    @model_validator(mode="before")
    @classmethod
    def _has_no_device(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and "device_type" in value:
            raise wrong("'device_type' and 'connection' exclude each other: use one of them")
        return cast("Any", value)


def _role_kind(value: object) -> str:
    return "guest" if isinstance(value, dict) and "connection" in value else "role"


AnyRole = Annotated[
    Annotated[Role, Tag("role")] | Annotated[Guest, Tag("guest")], Discriminator(_role_kind)
]


class Multinode(Section):
    """The roles of a MultiNode job; ``timeout`` is how long they wait for each other."""

    roles: dict[str, AnyRole] = Field(min_length=1)
    """The roles, by name."""

    timeout: Timeout = Timeout()
    """How long roles wait for each other."""

    @model_validator(mode="after")
    def _hosts_are_roles(self) -> Self:
        for name, role in self.roles.items():
            if not isinstance(role, Guest):
                continue
            for key, other in (("host_role", role.host_role), ("expect_role", role.expect_role)):
                if other not in self.roles:
                    meant = nearest(other, self.roles)
                    hint = f": did you mean {meant!r}?" if meant else ""
                    raise wrong(f"{key!r} of {name!r} names no role, but {other!r}{hint}")
            if isinstance(self.roles[role.host_role], Guest):
                raise wrong(
                    f"the host role {role.host_role!r} of {name!r} runs on the device of another"
                    " role: name one that has a device_type"
                )
            if self.roles[role.host_role].count != 1:
                raise wrong(f"the host role {role.host_role!r} of {name!r} needs 'count: 1'")
        return self


def _port(value: object) -> object:
    if value == "auto" or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise wrong(f"'auto' or the number of a port is needed, found {describe(value)}")


class Xnbd(Section):
    """A network block device for the board."""

    port: Annotated[
        Any,
        BeforeValidator(_port),
        WithJsonSchema({"anyOf": [{"const": "auto"}, {"type": "integer"}]}),
    ] = "auto"
    """The port of the server, or auto."""

    timeout: Timeout = Timeout()
    """How long it may take."""


class Protocols(Section):
    """The protocols that a job uses."""

    multinode: Multinode | None = Field(default=None, alias="lava-multinode")
    """Several devices work together."""

    xnbd: Xnbd | None = Field(default=None, alias="lava-xnbd")
    """A root file system served as a block device."""
