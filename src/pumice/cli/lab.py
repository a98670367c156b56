"""``pumice lab``: what a lab consists of."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click

from pumice.boards.board import FAULTS
from pumice.cli.errors import Misconfigured
from pumice.cli.options import configured, lab_options, log_to_stderr

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def _checked_name(_: click.Context, __: click.Parameter, name: str | None) -> str | None:
    # It becomes the name of a file.
    if name is not None and not _NAME.fullmatch(name):
        raise click.BadParameter("letters, digits, dots, dashes and underscores make a name")
    return name


@click.group()
def lab() -> None:
    """Change what a lab consists of."""


class KindType(click.ParamType[str]):
    """A kind of virtual board."""

    name = "kind"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from pumice.boards import kinds

        known = [*kinds.every(), *kinds.ALIASES]
        if value not in known:
            self.fail(f"{value!r} is not one of {', '.join(known)}", param, ctx)
        return str(value)


@lab.command("add-virtual")
@click.argument("kinds", metavar="KIND...", type=KindType(), nargs=-1, required=True)
@click.option(
    "--name", callback=_checked_name, help="The board's name.  [default: the next free KIND-NN]"
)
@click.option("--fault", type=click.Choice([*FAULTS]), help="What is wrong with it, on purpose.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@lab_options
def add_virtual(
    kinds: tuple[str, ...],
    name: str | None,
    fault: str | None,
    as_json: bool,
    directory: Path,
    database: str | None,
    level: str,
) -> None:
    """Add virtual boards to the lab's own worker, also while the lab runs.

    `pumice lab virtual` lists the kinds and faults.
    """
    from pumice.supervisor import parts
    from pumice.supervisor.virtual import Wanted

    log_to_stderr(level)
    if name is not None and len(kinds) > 1:
        raise click.UsageError("--name names one board: give one KIND")
    with configured():
        wanted = [Wanted(kind=kind, name=name, fault=fault) for kind in kinds]
        added = parts.add_virtual(directory, database, wanted)
    if len(added) < len(wanted):
        raise Misconfigured(f"there is a device {name} already: choose another name")
    if as_json:
        click.echo(json.dumps([{"kind": board.kind, "name": board.name} for board in added]))
    else:
        click.echo("\n".join(f"Added {board.name}" for board in added))


@lab.command()
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def virtual(as_json: bool) -> None:
    """List the kinds of virtual boards, and the faults that they can have."""
    from pumice.boards import kinds

    every = kinds.every().values()
    if as_json:
        answer = {
            "kinds": [
                {
                    "name": kind.name,
                    "sentence": kind.sentence,
                    "device_type": kind.device_type,
                    "job": kind.job,
                    "faults": sorted(kind.faults),
                }
                for kind in every
            ],
            "faults": FAULTS,
        }
        click.echo(json.dumps(answer))
        return
    for kind in every:
        click.echo(f"{kind.name:13} {kind.sentence} Example: examples/jobs/{kind.job}")
        if len(kind.faults) < len(FAULTS):
            click.echo(f"{'':13} Faults: {', '.join(sorted(kind.faults)) or 'none'}.")
    click.echo("\nFaults, for --fault:")
    for fault, meaning in FAULTS.items():
        click.echo(f"{fault:18} {meaning}")


@lab.command()
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to make them.  [default: the folder that this machine's labs share]",
)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def images(folder: Path | None, as_json: bool) -> None:
    """Make the demo board's kernel and ramdisk, where they are missing, and print their paths.

    They are made from Debian's packages, which apt-get downloads; nothing is installed.
    """
    from pumice.boards import images as board

    try:
        made = board.make(folder or board.default_folder())
    except OSError as error:
        raise click.ClickException(f"the images could not be made: {error}") from error
    answer = {
        "kernel": str(made.vmlinux),
        "vmlinuz": str(made.vmlinuz),
        "ramdisk": str(made.ramdisk),
        "kernel_version": made.kernel_version,
        "busybox_version": made.busybox_version,
    }
    if as_json:
        click.echo(json.dumps(answer))
    else:
        for key, value in answer.items():
            click.echo(f"{key}: {value}")


@lab.command()
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to install them.  [default: the folder of the pumice program]",
)
@click.option(
    "--lab",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of the lab that lava-server manages.  [default: lab, where it is called]",
)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def shims(folder: Path | None, directory: Path | None, as_json: bool) -> None:
    """Install lava-run and lava-server, for programs that call LAVA's by these names.

    lava-run runs one job; lava-server has the command manage, as pumice has. A program of the
    same name that is not Pumice's is never replaced.
    """
    from pumice.cli import shims as programs

    try:
        installed = programs.install(folder or programs.default_folder(), directory)
    except programs.Occupied as error:
        raise Misconfigured(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"the programs could not be installed: {error}") from error
    paths = {path.name: str(path) for path in installed}
    click.echo(json.dumps(paths) if as_json else "\n".join(paths.values()))
