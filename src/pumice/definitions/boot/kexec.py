"""``method: kexec``: the running kernel starts another one."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pumice.definitions.keys import Shell

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
