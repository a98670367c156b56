"""``method: qemu``: QEMU's process is the board, its standard streams the console."""

from __future__ import annotations

from typing import Literal

from pumice.definitions import logins, qemus
from pumice.definitions.blocks import Block
from pumice.definitions.keys import AutoLogin, BootAction, Docker, Texts, TransferOverlay
from pumice.plan.actions import Action

NAME = "qemu"
RUNS = True
NOT_RUN: tuple[str, ...] = ()


class Container(Docker):
    """The container that QEMU runs in, and the program that starts it there."""

    binary: str = ""
    """The program that starts QEMU in the container."""


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["qemu"]
    media: Literal["tmpfs"] | None = None
    """Where the files are."""

    connection: Literal["serial"] | None = None
    """The console."""

    prompts: Texts = []
    """Regular expressions that the shell's prompt matches."""

    auto_login: AutoLogin | None = None
    """How to log in."""

    transfer_overlay: TransferOverlay | None = None
    """How the board fetches the tests."""

    docker: Container | None = None
    """The container that QEMU runs in."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``boot-image-retry``. Raises InvalidDocument."""
    container = keys.docker.model_dump(exclude={"binary"}) if keys.docker else None
    binary = keys.docker.binary if keys.docker else ""
    start = Action(
        name="boot-qemu-image",
        description="start QEMU, again where that fails",
        summary="boot QEMU image",
        namespace=block.namespace,
        children=(qemus.execute(block, NAME, container, binary),),
        retry=block.retry(),
    )
    return Action(
        name="boot-image-retry",
        description="boot the image and log in, again where that fails",
        summary="boot image with retries",
        namespace=block.namespace,
        children=(start, *logins.plan(block, keys, keys.prompts, keys.auto_login)),
        retry=block.retry(outermost=True),
    )
