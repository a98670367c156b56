"""``method: kexec``: the running kernel starts another one."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pumice.definitions import bootloaders, parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import Shell
from pumice.plan.actions import Action

NAME = "kexec"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(Shell):
    """The keys of the action."""

    method: Literal["kexec"]
    boot_message: str = Field(min_length=1)
    deploy: bool = True
    command: str = ""
    kernel: str = ""
    dtb: str = ""
    initrd: str = ""
    options: list[str] = []
    kernel_config: str = Field(default="", alias="kernel-config")
    on_panic: bool = False


def plan(keys: Keys, block: Block) -> Action:
    """The action ``kexec-boot``. Raises InvalidDocument."""
    names = ("command", "kernel", "dtb", "initrd", "options", "on_panic")
    return parts.retried(
        block,
        "kexec-boot",
        parts.act(block, "kexec-command", **{name: getattr(keys, name) for name in names}),
        *bootloaders.login(block, keys),
        outermost=True,
        boot_message=keys.boot_message,
    )
