"""``method: fvp``: an Arm model in a container is the board."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from pumice.definitions.keys import DockerLogin, Shell, Texts
from pumice.formats.schema import Section, wrong

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
