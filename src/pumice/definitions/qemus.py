"""The plan of QEMU as the board: its own, and that of its variants."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from pumice.definitions import bootloaders, parts
from pumice.definitions.blocks import Block, as_map
from pumice.definitions.keys import BootAction
from pumice.formats.errors import InvalidDocument
from pumice.plan.actions import Action


def plan(keys: BootAction, block: Block, method: str, *, root: str = "boot-image-retry") -> Action:
    """The action of this name: QEMU, and logging in. Raises InvalidDocument."""
    start = parts.retried(block, "boot-qemu-image", execute(block, method))
    return parts.retried(block, root, start, *bootloaders.login(block, keys), outermost=True)


def execute(
    block: Block, method: str, docker: Mapping[str, Any] | None = None, binary: str = ""
) -> Action:
    """The action ``execute-qemu``: as the device says for this method, or for ``qemu``.

    With ``docker``, the keys of a container, QEMU runs there; ``binary`` is its program in it.
    Raises InvalidDocument.
    """
    own = parts.parameters_of(block, method).get("parameters")
    parameters = as_map(own) or as_map(parts.parameters_of(block, "qemu").get("parameters"))
    command = str(parameters.get("command") or "")
    if not command:
        raise block.wrong("the device's configuration has no command for qemu", "method")
    options: list[str] = []
    for entry in [*parts.texts(parameters.get("options")), *parts.texts(parameters.get("extra"))]:
        try:
            options += shlex.split(entry)
        except ValueError as error:
            raise block.wrong(f"the device's option {entry!r}: {error}", "method") from error
    return parts.act(
        block,
        "execute-qemu",
        runner="boot.qemu:execute",
        check="boot.qemu:installed",
        command=binary or command,
        options=options,
        docker=docker,
        architecture=_architecture(block),
    )


def _architecture(block: Block) -> str:
    """The job's architecture, which the device must offer."""
    known = parts.texts(block.subject.device.get("available_architectures"))
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
