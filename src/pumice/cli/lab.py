"""``pumice lab``: what a lab consists of."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click

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


@lab.command("add-virtual")
@click.argument("kind", type=click.Choice(["qemu"]))
@click.option(
    "--name", callback=_checked_name, help="The board's name.  [default: the next free qemu-NN]"
)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@lab_options
def add_virtual(
    kind: str, name: str | None, as_json: bool, directory: Path, database: str | None, level: str
) -> None:
    """Add a virtual board to the lab's own worker, also while the lab runs."""
    from pumice.supervisor import parts

    log_to_stderr(level)
    with configured():
        added = parts.add_virtual(directory, database, name)
    if added is None:
        raise Misconfigured(f"there is a device {name} already: choose another name")
    click.echo(json.dumps({"kind": kind, "name": added}) if as_json else f"Added {added}")


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
