"""``pumice manage``: the server's management commands."""

from __future__ import annotations

from pathlib import Path

import click

from pumice.cli.options import configured, lab_options, log_to_stderr

_AS_IT_IS = ((), ("help",), ("migrate",), ("makemigrations",), ("wait",))
"""Commands that want the database as it is; before others it is brought up to date."""


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@lab_options
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="COMMAND [ARGUMENTS]...")
def manage(directory: Path, database: str | None, level: str, arguments: tuple[str, ...]) -> None:
    """Run a management command of the server.

    For example `migrate` or `createsuperuser`. `pumice manage help` lists them, and
    `pumice manage help COMMAND` describes one.
    """
    log_to_stderr(level)
    with configured():
        from pumice.server.site import processes

        start = processes.configure if arguments[:1] in _AS_IT_IS else processes.prepare
        start(directory, database)
    from django.core.management import execute_from_command_line

    execute_from_command_line(["pumice manage", *arguments])
