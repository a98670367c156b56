"""``pumice``: the command that holds all others."""

from __future__ import annotations

import importlib

import click

import pumice

# Name, the module in this package whose attribute of the same name is the command, and its
# line in the help: listed here so that neither help nor completion imports them all.
_COMMANDS = {
    "up": "Run a whole lab: web, scheduler, events and one worker.",
    "web": "Answer HTTP requests: pages, XML-RPC and workers.",
    "scheduler": "Give queued jobs to idle devices.",
    "events": "Publish events, and act on them: give each its place in the order, seal logs.",
    "coordinator": "Let the jobs of a MultiNode group wait for each other and exchange messages.",
    "run": "Run JOB on a device of this host, with its log on the terminal.",
    "validate": "Say what is wrong with a job, a test definition, a device or a health check.",
    "worker": "Run the jobs that a server has for this host.",
    "lab": "Change what a lab consists of.",
    "manage": "Run a management command of the server.",
}


class _Commands(click.Group):
    """A group that imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = getattr(importlib.import_module(f"pumice.cli.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)  # noqa: S101 - the table above says so
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(pumice.__version__, prog_name="pumice", message="%(prog)s %(version)s")
def main() -> None:
    """Pumice: a LAVA-compatible test-lab server."""
