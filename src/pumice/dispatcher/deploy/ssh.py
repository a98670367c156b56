"""``to: ssh``: files that are copied to a running host."""

from __future__ import annotations

import asyncio

from pumice.dispatcher.overlay import tar
from pumice.dispatcher.overlay.tree import Tree
from pumice.dispatcher.step import Step

DOWNLOADS = "downloads"
"""The folder of the overlay that the downloaded files lie in, each below its label."""


async def pack(step: Step) -> None:
    """Pack overlay and downloaded files; the boot action copies the archive to the host."""
    state = step.state
    files = {
        f"{DOWNLOADS}/{label}/{state.images[label].path.name}": state.images[label].path
        for label in step.parameters["labels"]
        if label in state.images
    }
    if state.overlay is None and not files:
        step.report.debug("there is nothing to copy to the host")
        return
    tree = state.overlay or Tree(str(step.parameters["root"]))
    path = step.folder("overlay") / "overlay.tar.gz"
    await asyncio.to_thread(tar.write, path, tree, files)
    state.parcel = path
    step.extra = {"size": path.stat().st_size}
