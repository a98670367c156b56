"""``pumice up``: a whole lab in one command."""

from __future__ import annotations

from pathlib import Path

import click

from pumice.cli.options import configured, lab_options, listen_option, log_to_stderr
from pumice.supervisor.listen import Address


@click.command()
@lab_options
@listen_option
@click.option(
    "--virtual",
    type=click.IntRange(min=0, max=99),
    default=1,
    show_default=True,
    help="How many virtual boards the first start makes.",
)
@click.option("--no-worker", is_flag=True, help="Run no worker here.")
def up(
    directory: Path,
    database: str | None,
    level: str,
    address: Address,
    virtual: int,
    no_worker: bool,
) -> None:
    """Run a whole lab: web, scheduler, events and one worker.

    The first start makes the database, an administrator whose password and token stand in
    admin.json of the lab's folder, the local worker, and virtual boards. Ctrl-C stops the lab;
    jobs that run go on at the next start, or end with a message that says what happened.
    """
    from pumice.supervisor import lab

    log_to_stderr(level)
    options = lab.LabOptions(
        directory=directory,
        address=address,
        database=database,
        virtual=virtual,
        worker=not no_worker,
    )

    def ready(url: str, first: bool) -> None:
        if first:
            click.echo(f"A new lab in {directory.absolute()}")
        click.echo(f"Pumice answers at {url}/")
        administrator = directory.absolute() / "admin.json"
        # A lab that was made by its parts has none; of any other it may have been deleted.
        if administrator.exists():
            click.echo(f"Administrator: {administrator}")

    with configured():
        lab.run(options, ready)
