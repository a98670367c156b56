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
    """The image's name."""

    local: bool = False
    """The image is on the worker: it is not pulled."""

    container_name: str = ""
    """A name by which other containers of the job find this one."""

    network_from: str = ""
    """The name of another container of the job whose network this one shares."""

    login: DockerLogin | None = None
    """The account for the image's registry."""


class Keys(Shell):
    """The keys of the action."""

    method: Literal["fvp"]
    image: str
    """The model's path in the container."""

    arguments: list[str]
    """The model's arguments."""

    docker: Container
    """The container that has the model."""

    console_string: str
    """A regular expression of the line that says the console's port, with a group PORT."""

    use_telnet: bool = True
    """Whether telnet opens the consoles."""

    feedbacks: list[str] = []
    """Regular expressions of the lines that say the ports of other consoles."""

    environment: list[str] = []
    """Variables of the model's environment, as NAME=VALUE."""

    license_variable: str = ""
    """The variable that says where the license is, as NAME=VALUE."""

    ubl_license: str = ""
    """The code of a user-based license."""

    version_string: str = ""
    """A regular expression of the line that says the version."""

    version_args: str = ""
    """The arguments that make the model print its version."""

    erpc_app: str = ""
    """A program that speaks to the model by eRPC."""

    commands: Texts = []
    """Commands for the bootloader of the model."""

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
