"""Programs with the names that scripts know from LAVA, which call Pumice.

They are installed only on request, so that they never stand before a real LAVA.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

_MARK = "# Installed by 'pumice lab shims'."


class Occupied(Exception):
    """A program of this name is there and is not ours: choose another folder."""


def default_folder() -> Path:
    """The folder of Pumice's own programs."""
    return Path(sys.executable).parent


def install(folder: Path, lab: Path | None) -> list[Path]:
    """Write ``lava-run`` and ``lava-server`` into the folder; their paths.

    ``lab`` is the folder of the lab that ``lava-server`` manages; without one it is the one that
    ``pumice manage`` takes. Raises Occupied before anything is written, and OSError.
    """
    options = ["--dir", str(lab.resolve())] if lab is not None else []
    programs = {
        folder / "lava-run": _program("pumice.cli.shims", "lava_run"),
        folder / "lava-server": _program("pumice.cli.shims", "lava_server", *options),
    }
    for path in programs:
        if path.exists() and _MARK not in path.read_text("utf-8", "replace"):
            raise Occupied(f"{path} is there already, and is not Pumice's")
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in programs.items():
        path.write_text(text, "utf-8")
        path.chmod(0o755)
    return list(programs)


def _program(module: str, function: str, *arguments: str) -> str:
    code = f"import sys; from {module} import {function} as f; f(sys.argv[1:])"
    line = shlex.join([sys.executable, "-P", "-c", code, *arguments])
    return f'#!/bin/sh\n{_MARK}\nexec {line} "$@"\n'


def lava_run(arguments: Sequence[str]) -> None:
    """Be ``lava-run``."""
    from pumice.cli.lava_run import lava_run as command

    command(list(arguments), prog_name="lava-run")


def lava_server(arguments: Sequence[str]) -> None:
    """Be ``lava-server``: of its commands there is ``manage``, after ``--dir`` where it is set."""
    from pumice.cli.main import main

    options, words = [], list(arguments)
    if words[:1] == ["--dir"]:
        options, words = words[:2], words[2:]
    if words[:1] != ["manage"]:
        sys.exit("lava-server: Pumice has only 'lava-server manage COMMAND'")
    main(["manage", *options, *words[1:]], prog_name="pumice")
