"""``pumice scheduler``: the part of a lab that gives jobs to devices."""

from __future__ import annotations

from pathlib import Path

import click

from pumice.cli.options import configured, lab_options, log_to_stderr


@click.command()
@lab_options
def scheduler(directory: Path, database: str | None, level: str) -> None:
    """Give queued jobs to idle devices.

    Of several, one is active; another takes over within seconds when that one ends.
    """
    from pumice.supervisor import parts

    log_to_stderr(level)
    with configured():
        parts.scheduler(directory, database)
