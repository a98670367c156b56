"""A distribution's installer answers its questions from a file, and brings the tests along.

The file of Debian's installer (preseeding) gets a last command, which copies the tests from the
installer's own ramdisk to the new system; that of Anaconda (Kickstart), which leaves its ramdisk
early, holds them itself. Sources of the formats: the appendix on preseeding of Debian's
installation guide; the Kickstart documentation of pykickstart.
"""

from __future__ import annotations

import asyncio
import base64
import re
import shlex
import textwrap
from pathlib import Path

from pumice.dispatcher.errors import JobError
from pumice.dispatcher.namespaces import Image
from pumice.dispatcher.overlay import ramdisk, tar
from pumice.dispatcher.overlay.tree import Tree
from pumice.dispatcher.step import Step

LABEL = "preseed"
LOCAL = "preseed.cfg"
"""The file's path in the ramdisk."""

_LATE = re.compile(
    r"^[ \t]*d-i[ \t]+preseed/late_command[ \t]+string(?P<command>(?:\\\n|[^\n])*)$", re.M
)
_TARGET = "/target"
_LARGEST = 64 << 20


async def configure(step: Step) -> None:
    """Add to the file what brings the tests along, and put it into the ramdisk too.

    Raises JobError where the file or the tests are too large to be in it.
    """
    installer, state = str(step.parameters["installer"]), step.state
    image = state.images.get(LABEL)
    if not installer or image is None:
        return
    text = await asyncio.to_thread(_read, image.path)
    if state.overlay is not None:
        if installer == "debian_installer":
            text = with_late_command(text, _copy(state.overlay))
        else:
            archive = step.folder(LABEL) / "overlay.tar.gz"
            await asyncio.to_thread(tar.write, archive, state.overlay)
            text = await asyncio.to_thread(with_archive, text, archive)
        step.report.info(f"the installer brings the tests to {state.overlay.root}")
    path = step.folder(LABEL) / image.path.name
    content = text.encode("utf-8", "surrogateescape")
    await asyncio.to_thread(path.write_bytes, content)
    state.images[LABEL] = Image(path)
    if "ramdisk" in state.images:
        await asyncio.to_thread(_add, state.images["ramdisk"].path, content)
        state.substitutions["PRESEED_LOCAL"] = f"/{LOCAL}"


def with_late_command(text: str, command: str) -> str:
    """Preseeding that runs a command last; the installer knows one only, so it joins what is there.

    Of several the last counts.
    """
    found = list(_LATE.finditer(text))
    if not found:
        return f"{_ended(text)}d-i preseed/late_command string {command}\n"
    last = found[-1]
    before = last["command"].strip()
    start, end = last.span("command")
    return f"{text[:start]} {f'{before}; ' if before else ''}{command}{text[end:]}"


def with_archive(text: str, archive: Path) -> str:
    """A Kickstart file with an archive in it, which is unpacked in the new system.

    Raises JobError where it is too large.
    """
    if archive.stat().st_size > _LARGEST:
        raise JobError(f"the tests are too large for the installer's file: over {_LARGEST} bytes")
    lines = textwrap.wrap(base64.b64encode(archive.read_bytes()).decode(), 76)
    return "\n".join(
        [
            f"{_ended(text)}%post --erroronfail",
            "base64 -d << 'END' | tar -C / -xzf -",
            *lines,
            "END",
            "%end",
            "",
        ]
    )


def _copy(tree: Tree) -> str:
    """What copies the tests to the new system, with what belongs elsewhere in it."""
    commands: list[str] = []
    for place in [tree.root, *(path for path, entry in tree.others.items() if entry.data)]:
        folder = f"{_TARGET}{Path(place).parent}"
        commands += [
            f"mkdir -p {shlex.quote(folder)}",
            f"cp -a {shlex.quote(place)} {shlex.quote(folder)}/",
        ]
    return "; ".join(commands)


def _ended(text: str) -> str:
    return text if text.endswith("\n") or not text else f"{text}\n"


def _read(path: Path) -> str:
    if path.stat().st_size > _LARGEST:
        raise JobError(f"{path.name} is no file with an installer's answers: it is too large")
    return path.read_bytes().decode("utf-8", "surrogateescape")


def _add(path: Path, content: bytes) -> None:
    with ramdisk.added(path) as archive:
        archive.file(LOCAL, content)
