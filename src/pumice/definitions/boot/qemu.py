"""``method: qemu``: QEMU's process is the board, its standard streams the console."""

from __future__ import annotations

import shlex
from typing import Any, Literal, cast

from pumice.definitions import logins
from pumice.definitions.blocks import Block, as_map, at
from pumice.definitions.keys import AutoLogin, BootAction, Docker, Texts, TransferOverlay
from pumice.formats.errors import InvalidDocument
from pumice.plan.actions import Action
from pumice.wire.states import ErrorType

NAME = "qemu"
RUNS = True
NOT_RUN = ("docker", "transfer_overlay")


class Container(Docker):
    """The container that QEMU runs in, and the program that starts it there."""

    binary: str = ""


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["qemu"]
    media: Literal["tmpfs"] | None = None
    connection: Literal["serial"] | None = None
    prompts: Texts = []
    auto_login: AutoLogin | None = None
    transfer_overlay: TransferOverlay | None = None
    docker: Container | None = None


def plan(keys: Keys, block: Block) -> Action:
    """The action ``boot-image-retry``. Raises InvalidDocument."""
    device = at(block.subject.device, ("actions", "boot", "methods", "qemu", "parameters"))
    parameters = as_map(device)
    command = str(parameters.get("command") or "")
    if not command:
        raise block.wrong("the device's configuration has no command for qemu", "method")
    options: list[str] = []
    for entry in [*_texts(parameters.get("options")), *_texts(parameters.get("extra"))]:
        try:
            options += shlex.split(entry)
        except ValueError as error:
            raise block.wrong(f"the device's option {entry!r}: {error}", "method") from error
    execute = Action(
        name="execute-qemu",
        description="start QEMU with the images and the overlay",
        summary="execute QEMU to boot the image",
        runner="pumice.dispatcher.boot.qemu:execute",
        check="pumice.dispatcher.boot.qemu:installed",
        namespace=block.namespace,
        parameters={
            "command": command,
            "options": options,
            "architecture": _architecture(block),
        },
        timeout_error=ErrorType.INFRASTRUCTURE,
    )
    start = Action(
        name="boot-qemu-image",
        description="start QEMU, again where that fails",
        summary="boot QEMU image",
        namespace=block.namespace,
        children=(execute,),
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


def _architecture(block: Block) -> str:
    """The job's architecture, which the device must offer."""
    known = _texts(block.subject.device.get("available_architectures"))
    wanted = block.subject.context.get("arch")
    if wanted is None:
        raise InvalidDocument.because(
            f"booting with qemu needs the architecture: one of {', '.join(known)}",
            ("context", "arch"),
        )
    if str(wanted) not in known:
        raise InvalidDocument.because(
            f"the device does not offer the architecture {wanted!r}: one of {', '.join(known)}",
            ("context", "arch"),
        )
    return str(wanted)


def _texts(value: object) -> list[str]:
    if value is None:
        return []
    if isinstance(value, list):
        return [str(entry) for entry in cast("list[Any]", value) if entry is not None]
    return [str(value)]
