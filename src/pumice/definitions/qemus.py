"""The plan of QEMU as the board, for its variants: a root over NFS, an installer, a monitor."""

from __future__ import annotations

from typing import Any

from pumice.definitions import bootloaders, parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import BootAction
from pumice.plan.actions import Action


def plan(keys: BootAction, block: Block, method: str, *, root: str = "boot-image-retry") -> Action:
    """The action of this name: QEMU, and logging in."""
    start = parts.retried(
        block,
        "boot-qemu-image",
        parts.act(block, "execute-qemu", **_options(block, method)),
    )
    return parts.retried(block, root, start, *bootloaders.login(block, keys), outermost=True)


def _options(block: Block, method: str) -> dict[str, Any]:
    own = parts.parameters_of(block, method).get("parameters")
    if not isinstance(own, dict):
        own = parts.parameters_of(block, "qemu").get("parameters")
    return {"device": own, "architecture": block.subject.context.get("arch")}
