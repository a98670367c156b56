"""``pumice web``: the part of a lab that answers HTTP requests."""

from __future__ import annotations

from pathlib import Path

import click

from pumice.cli.options import configured, lab_options, listen_option, log_to_stderr
from pumice.supervisor.listen import Address


@click.command()
@lab_options
@listen_option
def web(directory: Path, database: str | None, level: str, address: Address) -> None:
    """Answer HTTP requests: pages, XML-RPC and workers.

    Any number of these may run, on any hosts, on one PostgreSQL database. The setting
    WEB_PROCESSES says how many processes share this one's port.
    """
    from pumice.supervisor import parts

    log_to_stderr(level)
    with configured():
        parts.web(directory, database, address, lambda url: click.echo(f"Pumice answers at {url}/"))
