"""``pumice validate``: what is wrong with a file that a lab uses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from pumice.cli.dictionaries import rendered
from pumice.cli.errors import Misconfigured

if TYPE_CHECKING:
    from pumice.formats.errors import Problem

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_KINDS = ("job", "test", "device", "health-check")
_TEST_KEYS = frozenset({"metadata", "run", "install", "parse"})
_JOB_KEYS = frozenset({"job_name", "timeouts", "visibility", "actions"})
_DEVICE_KEYS = frozenset({"constants", "commands", "parameters", "character_delays"})


@click.command()
@click.argument("file", type=_FILE, required=False)
@click.option(
    "--as",
    "kind",
    type=click.Choice(_KINDS),
    help="What FILE is.  [default: guessed from its content]",
)
@click.option("--strict", is_flag=True, help="Refuse keys without a meaning anywhere in a job.")
@click.option(
    "--device", type=_FILE, help="Plan the job on this device too: rendered YAML or a dictionary."
)
@click.option("--render", is_flag=True, help="Print the rendered configuration of the device.")
@click.option("--context", metavar="JSON", help="The job's context for --render.")
@click.option(
    "--schema", type=click.Choice(("job", "test")), help="Print the JSON Schema for editors."
)
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON.")
@click.pass_context
def validate(
    ctx: click.Context,
    file: Path | None,
    kind: str | None,
    strict: bool,
    device: Path | None,
    render: bool,
    context: str | None,
    schema: str | None,
    as_json: bool,
) -> None:
    """Say what is wrong with a job, a test definition, a device or a health check.

    Each problem is printed with its line and its path in the file. Exit status 1: there are
    problems. A device dictionary may extend the templates beside it, those in device-types
    beside its folder, and those that Pumice ships.
    """
    from pumice.formats.errors import InvalidDocument

    if schema is not None:
        _print_schema(schema)
        return
    if render:
        ctx.exit(_print_configuration(device or file, context))
    if file is None:
        raise click.UsageError("Missing argument 'FILE'.")
    found = kind or "job"
    try:
        text = _read(file)
        found = kind or guess(file, text)
        if device is not None and found not in ("job", "health-check"):
            raise click.UsageError(f"--device goes with a job: {file} is a {found}")
        problems = _check(found, file, text, strict=strict)
        if device is not None and not problems:
            problems = _plan(text, device)
    except InvalidDocument as error:
        problems = list(error.problems)
    _report(file, found, problems, as_json=as_json)
    ctx.exit(1 if problems else 0)


def guess(path: Path, text: str) -> str:
    """What a file is, from its content; a job where nothing says otherwise."""
    from pumice.formats import yaml
    from pumice.formats.errors import InvalidDocument

    if path.suffix == ".jinja2" or "{%" in text:
        return "device"
    try:
        data = yaml.load(text).data
    except InvalidDocument:
        return "job"
    if not isinstance(data, Mapping):
        return "job"
    content = cast("Mapping[Any, Any]", data)
    if isinstance(content.get("actions"), Mapping):
        return "device"  # a device's actions are a map, a job's a list
    scores = {
        kind: len(keys.intersection(content))
        for kind, keys in (("job", _JOB_KEYS), ("test", _TEST_KEYS), ("device", _DEVICE_KEYS))
    }
    best = max(scores, key=lambda name: scores[name])
    in_health_checks = path.resolve().parent.name == "health-checks"
    return "health-check" if best == "job" and in_health_checks else best


def _check(kind: str, path: Path, text: str, *, strict: bool) -> list[Problem]:
    """The problems of a file. Raises InvalidDocument."""
    from pumice.definitions import jobs, testdefs
    from pumice.formats.errors import Problem

    if kind == "test":
        return testdefs.check(text)
    if kind == "device":
        from pumice.devices import configuration

        configuration.parse(rendered(path, text, {}))
        return []
    problems = jobs.check(text, strict=strict)
    if kind == "health-check" and _is_multinode(text):
        message = "a health check runs on one device: MultiNode is not possible"
        problems.append(Problem(message, ("protocols", "lava-multinode")))
    return problems


def _is_multinode(text: str) -> bool:
    from pumice.definitions.blocks import at
    from pumice.formats import yaml
    from pumice.formats.errors import InvalidDocument

    try:
        return at(yaml.load(text).data, ("protocols", "lava-multinode")) is not None
    except InvalidDocument:
        return False


def _plan(text: str, device: Path) -> list[Problem]:
    """The problems that a valid job has on a device. Raises InvalidDocument."""
    from pumice.definitions import planning
    from pumice.formats import yaml
    from pumice.formats.errors import InvalidDocument

    document = yaml.load(text)
    job = cast("Mapping[str, Any]", document.data)
    try:
        context = cast("Mapping[str, Any]", job.get("context") or {})
        variables = {**context, "scheduled_device_type": job.get("device_type")}
        configuration = yaml.load(rendered(device, _read(device), variables)).data
    except InvalidDocument as error:
        _complain(f"the device {device} is invalid", error.problems)
        raise Misconfigured(f"no job can be planned on {device}") from error
    try:
        planning.plan(job, cast("Mapping[str, Any]", configuration), job_id="1")
    except InvalidDocument as error:
        return yaml.located(error.problems, document)
    return []


def _print_configuration(path: Path | None, context: str | None) -> int:
    from pumice.formats.errors import InvalidDocument

    if path is None:
        raise click.UsageError("--render needs --device FILE")
    try:
        variables: Any = json.loads(context) if context else {}
    except ValueError as error:
        raise Misconfigured(f"--context is not JSON: {error}") from error
    if not isinstance(variables, dict):
        raise Misconfigured("--context is no JSON object")
    try:
        click.echo(rendered(path, _read(path), cast("dict[str, Any]", variables)))
    except InvalidDocument as error:
        _complain(f"{path} cannot be rendered", error.problems)
        return 1
    return 0


def _print_schema(name: str) -> None:
    from pumice.definitions import schema

    click.echo(schema.published("job" if name == "job" else "test"), nl=False)


def _read(path: Path) -> str:
    """A file's text. Raises InvalidDocument where it is not UTF-8."""
    from pumice.formats.errors import InvalidDocument

    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidDocument.because(f"the file is not UTF-8: {error}") from error
    except OSError as error:
        raise click.FileError(str(path), error.strerror) from error


def _report(path: Path, kind: str, problems: list[Problem], *, as_json: bool) -> None:
    if as_json:
        found = [
            {"path": [*p.path], "line": p.line, "column": p.column, "message": p.message}
            for p in problems
        ]
        answer = {"file": str(path), "kind": kind, "valid": not problems, "problems": found}
        click.echo(json.dumps(answer, default=str))
    elif problems:
        _complain(f"{path} is not a valid {kind.replace('-', ' ')}", problems)
    else:
        click.echo(f"{path} is a valid {kind.replace('-', ' ')}")


def _complain(what: str, problems: tuple[Problem, ...] | list[Problem]) -> None:
    click.echo(what, err=True)
    for problem in problems:
        click.echo(f"  {problem}", err=True)
