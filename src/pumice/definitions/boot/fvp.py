"""``method: fvp``: an Arm model in a container is the board."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from pumice.definitions import bootloaders, parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import DockerLogin, Shell, Texts
from pumice.formats.schema import Section, wrong
from pumice.plan.actions import Action

NAME = "fvp"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Container(Section):
    """The container that has the model."""

    name: str = Field(min_length=1)
    local: bool = False
    container_name: str = ""
    network_from: str = ""
    login: DockerLogin | None = None


class Keys(Shell):
    """The keys of the action."""

    method: Literal["fvp"]
    image: str
    arguments: list[str]
    docker: Container
    console_string: str
    use_telnet: bool = True
    feedbacks: list[str] = []
    environment: list[str] = []
    license_variable: str = ""
    ubl_license: str = ""
    version_string: str = ""
    version_args: str = ""
    erpc_app: str = ""
    commands: Texts = []

    @field_validator("console_string")
    @classmethod
    def _names_the_port(cls, value: str) -> str:
        if "(?P<PORT>" not in value:
            raise wrong("a regular expression with a group named PORT is needed")
        return value


def plan(keys: Keys, block: Block) -> Action:
    """The action ``boot-fvp``. Raises InvalidDocument."""
    main = parts.act(
        block,
        "boot-fvp-main",
        parts.act(block, "check-fvp-version", pattern=keys.version_string, image=keys.image),
        parts.act(
            block,
            "run-fvp",
            docker=keys.docker.model_dump(),
            image=keys.image,
            arguments=keys.arguments,
            environment=keys.environment,
            console=keys.console_string,
        ),
        parts.act(block, "fvp-serial-connect", telnet=keys.use_telnet),
        parts.act(block, "read-feedback", feedbacks=keys.feedbacks),
    )
    return parts.retried(block, "boot-fvp", main, *bootloaders.login(block, keys), outermost=True)
