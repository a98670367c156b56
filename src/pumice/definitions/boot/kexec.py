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
    """A line that shows that the new kernel starts."""

    deploy: bool = True
    """Whether the tests are put on the board anew."""

    command: str = ""
    """The program's path; /sbin/kexec where it is missing."""

    kernel: str = ""
    """The kernel's path on the board."""

    dtb: str = ""
    """The device tree's path on the board."""

    initrd: str = ""
    """The ramdisk's path on the board."""

    options: list[str] = []
    """More options of kexec."""

    kernel_config: str = Field(default="", alias="kernel-config")
    """The file with the running kernel's configuration, to be checked."""

    on_panic: bool = False
    """Load a kernel for panics, and cause one."""


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
