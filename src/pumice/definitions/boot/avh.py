"""``method: avh``: an Arm virtual board boots in the cloud."""

from __future__ import annotations

from typing import Literal

from pumice.definitions.keys import AutoLogin, BootAction, Docker, Texts
from pumice.formats.schema import Section

NAME = "avh"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Arguments(Section):
    """The kernel's arguments."""

    normal: str = ""
    restore: str = ""


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["avh"]
    bootargs: Arguments | None = None
    docker: Docker | None = None
    prompts: Texts
    auto_login: AutoLogin | None = None
    failure_message: str = ""
