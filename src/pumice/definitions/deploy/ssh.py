"""``to: ssh``: files that are copied to a running host."""

from __future__ import annotations

from typing import Literal

from pumice.definitions.keys import DeployAction, Download

NAME = "ssh"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["ssh"]
    firmware: Download | None = None
    kernel: Download | None = None
    rootfs: Download | None = None
    modules: Download | None = None
