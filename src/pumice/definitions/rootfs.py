"""The parts of plans that prepare a root file system: over NFS, or a ramdisk."""

from __future__ import annotations

from pumice.definitions import parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import Download
from pumice.plan.actions import Action


def extract(block: Block, root: Download | None, *, prefix: str = "") -> Action:
    """The action ``extract-nfsrootfs``; without a root it does nothing."""
    return parts.act(
        block,
        "extract-nfsrootfs",
        runner="deploy.nfs:extract",
        check="deploy.nfs:installed",
        label="nfsrootfs" if root else "",
        prefix=prefix,
        server=block.subject.host.address,
    )


def modules(block: Block, into: list[str]) -> Action:
    """The action ``extract-modules``, into the parts that these labels name."""
    return parts.act(block, "extract-modules", runner="overlay.rootfs:modules", into=into)


def overlay(block: Block, into: str, *, kept: str = "") -> Action:
    """The action ``apply-overlay-tftp``, into the part of this label; empty for none.

    With ``kept`` it goes into the root file system that a server keeps at this HOST:PATH.
    """
    if kept and block.tests:
        return parts.act(
            block,
            "apply-overlay-tftp",
            runner="overlay.kept_root:overlay",
            check="overlay.kept_root:installed",
            address=kept,
        )
    return parts.act(block, "apply-overlay-tftp", runner="overlay.rootfs:overlay", into=into)
