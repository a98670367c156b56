"""``pumice run``: one job on one device, without a server."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from pumice.cli.dictionaries import is_dictionary, rendered

if TYPE_CHECKING:
    from pumice.dispatcher.main import Order
    from pumice.plan.actions import Action

_COLOURS = {
    "debug": "bright_black",
    "warning": "yellow",
    "error": "red",
    "exception": "red",
    "input": "cyan",
    "feedback": "bright_black",
    "results": "magenta",
    "event": "blue",
}
_PREFIX = "pumice-job-"
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("job", type=_FILE)
@click.option("--device", type=_FILE, required=True, help="Rendered YAML, or a dictionary.")
@click.option("--dispatcher", type=_FILE, help="This host's dispatcher.yaml.")
@click.option("--env-dut", type=_FILE, help="env-dut.yaml: variables for the board's shell.")
@click.option(
    "--output-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Gets logs.yaml, result.yaml and description.yaml.  [default: a new temporary folder]",
)
@click.option("--job-id", default="1", show_default=True, help="What the job calls itself.")
@click.option("--role", help="Of a MultiNode definition: run a job of this role.")
@click.option("--group", help="With --role: a name that all jobs of the group are given.")
@click.option("--dry-run", is_flag=True, help="Print the plan, and do nothing.")
@click.pass_context
def run(
    context: click.Context,
    job: Path,
    device: Path,
    dispatcher: Path | None,
    env_dut: Path | None,
    output_dir: Path | None,
    job_id: str,
    role: str | None,
    group: str | None,
    dry_run: bool,
) -> None:
    """Run JOB on a device of this host, with its log on the terminal.

    A device dictionary may extend the templates beside it and those that Pumice ships. Ctrl-C
    cancels the job: the board is switched off first. Exit status 0: the job passed.

    Of a MultiNode definition each job is run by a call of its own, with --role and --group. The
    coordinator is that of /etc/lava-coordinator/lava-coordinator.conf or PUMICE_COORDINATOR.
    """
    if (role is None) != (group is None):
        raise click.UsageError("--role and --group need each other")
    from pumice.dispatcher import main as dispatching
    from pumice.formats.errors import InvalidDocument

    folder = output_dir
    if folder is None:
        # A plan alone writes nothing.
        folder = Path() if dry_run else Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{job_id}-"))
    try:
        definition = job.read_text("utf-8", "replace")
        if role is not None and group is not None:
            definition = _of_role(job, definition, role, group)
        order = dispatching.Order(
            job_id=job_id,
            output=folder,
            definition=definition,
            device=_configuration(device, definition),
            dispatcher=dispatcher.read_text("utf-8", "replace") if dispatcher else "",
            env_dut=env_dut.read_text("utf-8", "replace") if env_dut else "",
            grown=_show,
            fresh=True,
        )
    except InvalidDocument as error:
        _complain("the device is invalid", error)
        context.exit(2)
    except OSError as error:
        raise click.FileError(str(error.filename), error.strerror) from error
    if dry_run:
        context.exit(_print_plan(order))
    context.exit(_perform(order, keep=output_dir is not None))


def _perform(order: Order, *, keep: bool) -> int:
    from pumice.dispatcher.main import run as perform

    if not keep:
        _clean_up_earlier()
    try:
        passed = perform(order)
    except OSError as error:
        click.echo(f"cannot write to {order.output}: {error}", err=True)
        return 2
    if not keep:
        click.echo(f"The log and the result are in {order.output}", err=True)
    return 0 if passed else 1


def _clean_up_earlier() -> None:
    """Clean up after runs without ``--output-dir`` that were killed.

    Only a folder that this user made is looked at: anybody may make one of that name.
    """
    from pumice.dispatcher.cleaning import clean
    from pumice.dispatcher.journal import FolderInUse
    from pumice.wire.spool import UNDO

    for journal in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*/{UNDO}"):
        try:
            about = journal.parent.lstat()
            if stat.S_ISDIR(about.st_mode) and about.st_uid == os.geteuid():
                clean(journal.parent, _show)
        except FolderInUse:
            continue
        except OSError as error:
            click.echo(f"cannot clean up after the job in {journal.parent}: {error}", err=True)


def _of_role(path: Path, definition: str, role: str, group: str) -> str:
    """The definition of one job of a MultiNode group. Exits with 2 where there is none."""
    from pumice.definitions import jobs, multinode
    from pumice.definitions.blocks import as_map
    from pumice.formats import yaml
    from pumice.formats.errors import InvalidDocument

    problems = jobs.check(definition)
    if problems:
        _complain("the job is invalid", InvalidDocument(problems))
        click.get_current_context().exit(2)
    data = as_map(yaml.load(definition).data)
    if multinode.PROTOCOL not in as_map(data.get("protocols")):
        raise click.UsageError(f"--role: {path} is no MultiNode definition")
    for part in multinode.split(data, target_group=group):
        if part.role == role:
            return yaml.dump(part.definition)
    raise click.UsageError(f"--role: {path} has no jobs of the role {role!r}")


def _configuration(path: Path, definition: str) -> str:
    """The device's configuration; a dictionary is rendered with the job's context.

    A guest of a MultiNode job gets that part of its host's which is not for switching it.
    """
    from pumice.definitions import multinode
    from pumice.definitions.blocks import as_map
    from pumice.formats import yaml

    text = _rendered(path, definition)
    if not multinode.is_guest(as_map(yaml.load(definition).data)):
        return text
    return yaml.dump(multinode.guest_device(as_map(yaml.load(text).data)))


def _rendered(path: Path, definition: str) -> str:
    from pumice.definitions.blocks import as_map
    from pumice.formats import yaml

    text = path.read_text("utf-8", "replace")
    if not is_dictionary(text):
        return text
    data = as_map(yaml.load(definition).data)
    variables: dict[str, Any] = {
        **as_map(data.get("context")),
        "scheduled_device_type": data.get("device_type"),
    }
    return rendered(path, text, variables)


def _print_plan(order: Order) -> int:
    from pumice.dispatcher.errors import JobFailure
    from pumice.dispatcher.main import plan, read

    try:
        made = plan(order, read(order))
    except JobFailure as failure:
        _complain("the job cannot run", failure)
        return 1
    click.echo(f"job timeout {_clock(made.timeout)}")
    for action in made.walk():
        click.echo(_line(action))
    if made.obstacles:
        click.echo("the job cannot run", err=True)
    for problem in made.obstacles:
        click.echo(f"  {problem}", err=True)
    return 1 if made.obstacles else 0


def _line(action: Action) -> str:
    indent = "  " * action.level.count(".")
    retries = f", {action.attempts} attempts" if action.attempts > 1 else ""
    place = f" {action.url}" if action.url else ""
    return (
        f"{indent}{action.level} {action.name} ({_clock(action.timeout)}{retries}) "
        f"[{action.namespace}]{place}"
    )


def _clock(seconds: float) -> str:
    from pumice.formats.durations import to_clock

    return to_clock(seconds)


def _show(records: Iterable[str]) -> None:
    from pumice.wire.loglines import decode

    for record in records:
        line = decode(record)
        message: Any = line.msg
        if isinstance(message, dict):
            result = cast("Mapping[str, Any]", message)
            text = " ".join(f"{key}={value}" for key, value in result.items())
        else:
            text = str(message)
        if line.ns is not None:
            text = f"[{line.ns}] {text}"
        clock = line.dt[11:19]
        click.secho(f"{clock} {line.lvl:<9} {text}", fg=_COLOURS.get(line.lvl))


def _complain(what: str, error: Exception) -> None:
    from pumice.formats.errors import InvalidDocument

    cause = error if isinstance(error, InvalidDocument) else error.__cause__
    click.echo(f"{what}: {error}" if not isinstance(cause, InvalidDocument) else what, err=True)
    if isinstance(cause, InvalidDocument):
        for problem in cause.problems:
            click.echo(f"  {problem}", err=True)
