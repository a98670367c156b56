"""What the containers of a job see of it: the overlay, and downloaded files."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from pumice.dispatcher.errors import JobError
from pumice.dispatcher.host.containers import DOWNLOADS, mounted
from pumice.dispatcher.overlay.tree import Tree
from pumice.dispatcher.step import Step


async def mounted_overlay(step: Step, tree: Tree) -> str:
    """Write the overlay into a folder of the job's; the option that mounts it where it belongs."""
    place = step.folder("overlay") / "content"
    # Another attempt begins with a fresh one.
    await asyncio.to_thread(shutil.rmtree, place, ignore_errors=True)
    await asyncio.to_thread(_write, tree, place)
    return mounted(place, tree.root)


async def mounted_others(step: Step, tree: Tree) -> list[str]:
    """The options that mount the overlay's files which belong elsewhere than below its root."""
    place = step.folder("overlay") / "others"
    await asyncio.to_thread(shutil.rmtree, place, ignore_errors=True)
    place.mkdir()
    options: list[str] = []
    for number, (path, entry) in enumerate(tree.others.items()):
        if (content := entry.content) is not None:
            file = place / str(number)
            file.write_bytes(content)
            file.chmod(entry.mode)
            options.append(mounted(file, path))
    return options


def _write(tree: Tree, place: Path) -> None:
    """Write it so that any user of the container's can add results; only it sees the folder."""
    tree.write(place)
    for path in [place, *place.rglob("*")]:
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o777)


def downloads(step: Step, namespace: str) -> list[str]:
    """The option that mounts the downloaded files of a namespace, or of the action's own.

    Raises JobError where the job names a namespace that has none.
    """
    folder = step.job.downloads(namespace or step.action.namespace)
    if folder.is_dir():
        return [mounted(folder, DOWNLOADS)]
    if namespace:
        raise JobError(f"no action 'to: downloads' of the namespace {namespace!r} came before")
    return []
