"""``pumice events``: the part of a lab that publishes events and acts on them."""

from __future__ import annotations

from pathlib import Path

import click

from pumice.cli.options import configured, lab_options, log_to_stderr


@click.command()
@lab_options
def events(directory: Path, database: str | None, level: str) -> None:
    """Publish events, and act on them: give each its place in the order, seal logs.

    Of several, one is active; another takes over within seconds when that one ends.
    """
    from pumice.supervisor import parts

    log_to_stderr(level)
    with configured():
        parts.events(directory, database)
