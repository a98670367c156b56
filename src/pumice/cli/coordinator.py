"""``pumice coordinator``: lets the jobs of MultiNode groups wait for each other."""

from __future__ import annotations

from pathlib import Path

import click

from pumice.cli.errors import Misconfigured
from pumice.cli.options import AddressType, log_to_stderr
from pumice.supervisor.listen import Address


@click.command()
@click.option(
    "--dir",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("lab"),
    show_default=True,
    help="The lab's folder: groups are kept there.",
)
@click.option(
    "--listen",
    "address",
    type=AddressType(),
    help="Where jobs reach it; port 0 takes a free one.  "
    "[default: 127.0.0.1:3079, or a free port where that is taken]",
)
@click.option(
    "--level",
    type=click.Choice(["DEBUG", "INFO", "WARNING", "ERROR"], case_sensitive=False),
    default="INFO",
    show_default=True,
    help="How much is said on standard error.",
)
@click.pass_context
def coordinator(
    context: click.Context, directory: Path, address: Address | None, level: str
) -> None:
    """Let the jobs of a MultiNode group wait for each other and exchange messages.

    `pumice up` runs one already. Whoever reaches its port can take part in every group: let
    only the lab's hosts reach it.
    """
    from pumice.supervisor import coordinator
    from pumice.supervisor.errors import CannotStart

    log_to_stderr(level)
    try:
        status = coordinator.run(
            directory,
            address,
            lambda where: click.echo(f"The coordinator answers at {where}"),
        )
    except CannotStart as error:
        raise Misconfigured(str(error)) from error
    context.exit(status)
