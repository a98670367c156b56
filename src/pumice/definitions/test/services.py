"""``services``: containers of a compose file, on the worker, beside the board."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field

from pumice.definitions import parts
from pumice.definitions.blocks import Block, at
from pumice.definitions.downloads import SCHEMES
from pumice.definitions.keys import Action, Compression
from pumice.formats.schema import Section
from pumice.plan import actions as planned

NAME = "services"
RUNS = True
NOT_RUN: tuple[str, ...] = ()


class Service(Section):
    """A compose file of a repository or an archive."""

    name: str = Field(min_length=1)
    """The name of the service."""

    source: Literal["git", "url"] = Field(alias="from")
    """What the repository is."""

    repository: str = Field(min_length=1)
    """Its address."""

    path: str = Field(min_length=1)
    """The compose file's path in it."""

    service: str = ""
    """The only service of the file that is started."""

    branch: str = ""
    """The branch."""

    history: bool = True
    """Whether the history stays in the repository."""

    revision: str = ""
    """The commit."""

    recursive: bool = False
    """Whether its submodules are fetched too."""

    compression: Compression | None = None
    """How the file is compressed."""

    headers: dict[str, str] = {}
    """HTTP headers, by name."""


class Keys(Action):
    """The keys of the action."""

    services: list[Service] = Field(min_length=1)
    """Services that run beside the tests."""


def plan(keys: Keys, block: Block) -> planned.Action:
    """The action ``lava-test-services``. Raises InvalidDocument."""
    if at(block.subject.device, ("parameters", "allow_test_services")) is not True:
        raise block.wrong("the device's configuration does not allow test services", "services")
    for number, service in enumerate(keys.services):
        scheme = urlsplit(service.repository).scheme.lower()
        if service.source == "url" and scheme not in SCHEMES:
            message = f"archives come from {', '.join(SCHEMES)} addresses"
            raise block.wrong(message, "services", number, "repository")
    services = [service.model_dump(by_alias=True) for service in keys.services]
    return parts.act(
        block,
        "lava-test-services",
        runner="test.services:start",
        check="test.services:installed",
        services=services,
    )
