"""``to: ssh``: files that are copied to a running host."""

from __future__ import annotations

from typing import Literal

from pumice.definitions import overlays, parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import DeployAction, Download
from pumice.plan.actions import Action

NAME = "ssh"
RUNS = True
NOT_RUN: tuple[str, ...] = ()


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["ssh"]
    firmware: Download | None = None
    """The firmware."""

    kernel: Download | None = None
    """The kernel."""

    rootfs: Download | None = None
    """The root file system."""

    modules: Download | None = None
    """An archive of kernel modules."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``scp-overlay``. Raises InvalidDocument."""
    labels = ("firmware", "kernel", "rootfs", "modules")
    return parts.act(
        block,
        "scp-overlay",
        parts.overlay(block),
        *parts.fetched(block, [(label, getattr(keys, label), (label,)) for label in labels]),
        parts.act(
            block,
            "prepare-scp-overlay",
            runner="deploy.ssh:pack",
            labels=labels,
            root=overlays.results_dir(block),
        ),
        parts.environment(block),
        runner="deploy.files:deploy",
    )
