"""``method: ssh``: a running host is logged in to."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pumice.definitions.keys import BootAction, BootParameters, Texts

NAME = "ssh"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Parameters(BootParameters):
    """The keys of the messages that hold the host's address."""

    host_id: str = Field(default="", alias="hostID")
    host_key: str = ""


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["ssh"]
    prompts: Texts = []
    parameters: Parameters = Parameters()  # pyright: ignore[reportIncompatibleVariableOverride]
    connection: str = ""
