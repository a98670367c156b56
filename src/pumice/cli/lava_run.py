"""``lava-run``: the dispatcher with the arguments and the output that programs know from LAVA.

It is no command of ``pumice``: ``pumice lab shims`` installs a program that calls it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pumice import __version__

if TYPE_CHECKING:
    from pumice.dispatcher.main import Order

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_JOB = re.compile(r"[A-Za-z0-9._-]+")
_SERVER = re.compile(r"https?://[^/]+")


def _job_id(_: click.Context, __: click.Parameter, value: str) -> str:
    if not _JOB.fullmatch(value):
        raise click.BadParameter("letters, digits, '.', '_' and '-' make a job's id")
    return value


def _server(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is not None and not _SERVER.match(value):
        raise click.BadParameter("a server's address begins with http:// or https://")
    return value


@click.command("lava-run")
@click.version_option(__version__, prog_name="lava-run", message="%(prog)s %(version)s (Pumice)")
@click.option(
    "--job-id",
    callback=_job_id,
    required=True,
    help="What the job calls itself.",
)
@click.option(
    "--output-dir",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Gets logs.yaml, result.yaml and description.yaml.",
)
@click.option("--validate", is_flag=True, help="Only say whether the job can run.")
@click.option(
    "--url",
    callback=_server,
    help="Post the log to this LAVA server, instead of printing it.",
)
@click.option("--token", default="", help="The job's token at that server.")
@click.option(
    "--job-log-interval",
    type=click.FloatRange(min=0.1),
    default=5.0,
    show_default=True,
    help="Seconds between posts.",
)
@click.option("--device", type=_FILE, required=True, help="The device's configuration.")
@click.option("--dispatcher", type=_FILE, help="This host's dispatcher.yaml.")
@click.option("--env-dut", type=_FILE, help="env-dut.yaml: variables for the board's shell.")
@click.option("--skip-sudo-warning", is_flag=True, help="Accepted: Pumice asks for no root.")
@click.option("--debug", is_flag=True, help="Accepted: the log is always complete.")
@click.argument("definition", type=_FILE)
@click.pass_context
def lava_run(
    context: click.Context,
    job_id: str,
    output_dir: Path,
    validate: bool,
    url: str | None,
    token: str,
    job_log_interval: float,
    device: Path,
    dispatcher: Path | None,
    env_dut: Path | None,
    skip_sudo_warning: bool,
    debug: bool,
    definition: Path,
) -> None:
    """Run the job DEFINITION on a device of this host.

    The log goes to standard error, one record a line: a map with dt, lvl and msg. Exit status 0
    only where the job passed.
    """
    from pumice.dispatcher.main import Order

    if url and not token:
        raise click.UsageError("--url needs the job's --token")
    texts = [
        "" if path is None else path.read_text("utf-8", "replace")
        for path in (definition, device, dispatcher, env_dut)
    ]
    order = Order(job_id, output_dir, *texts, grown=None if url else _print, fresh=True)
    if validate:
        context.exit(_validate(order))
    try:
        passed = _posting(order, url, token, job_log_interval) if url else _run(order)
    except OSError as error:
        click.echo(f"cannot write to {output_dir}: {error}", err=True)
        context.exit(1)
    context.exit(0 if passed else 1)


def _run(order: Order) -> bool:
    from pumice.dispatcher.main import run

    return run(order)


def _posting(order: Order, url: str, token: str, interval: float) -> bool:
    """Run, and return when the server has the whole log, or knows no such job."""
    from pumice.cli.log_post import LogPost
    from pumice.wire.spool import LOGS

    order.output.joinpath(LOGS).unlink(missing_ok=True)
    post = LogPost(url, token, order.job_id, order.output / LOGS, interval)
    post.start()
    try:
        return _run(order)
    finally:
        post.finish()


def _validate(order: Order) -> int:
    from pumice.dispatcher.errors import JobFailure
    from pumice.dispatcher.main import plan, read

    try:
        made = plan(order, read(order))
    except JobFailure as failure:
        click.echo(str(failure), err=True)
        return 1
    for problem in made.obstacles:
        click.echo(str(problem), err=True)
    return 1 if made.obstacles else 0


def _print(records: Iterable[str]) -> None:
    """What clients read line by line, while the job runs."""
    sys.stderr.write("".join(f"{record}\n" for record in records))
    sys.stderr.flush()
