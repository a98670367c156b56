"""``pumice validate``: what is wrong with a file that a lab uses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from pumice.cli import dictionaries
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
@click.option(
    "--worker",
    is_flag=True,
    help="This host is the device's worker: its commands' programs must be here.",
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
    worker: bool,
    render: bool,
    context: str | None,
    schema: str | None,
    as_json: bool,
) -> None:
    """Say what is wrong with a job, a test definition, a device or a health check.

    Each problem is printed with its line and its path in the file. Exit status 1: there are
    problems. A device dictionary may extend the templates beside it, those in device-types
    beside its folder, and those that Pumice ships. A device is checked for variables that nothing
    asks for, and for a missing console too; --device without FILE checks a device alone.
    """
    if schema is not None:
        _print_schema(schema)
        return
    if render:
        ctx.exit(_print_configuration(device or file, context))
    if file is None and device is not None:
        file, kind, device = device, "device", None
    if file is None:
        raise click.UsageError("Missing argument 'FILE'.")
    findings = [_found(file, kind, strict=strict, worker=worker)]
    if device is not None:
        if findings[0].kind not in ("job", "health-check"):
            message = f"--device goes with a job: {file} is a {findings[0].kind}"
            raise click.UsageError(message)
        findings = _on_a_device(findings[0], device, worker=worker)
    _report(*findings, as_json=as_json)
    ctx.exit(1 if any(found.problems for found in findings) else 0)


@dataclass(frozen=True, slots=True)
class _Findings:
    """What is wrong with a file of a kind."""

    file: Path
    kind: str
    problems: list[Problem]


def _found(file: Path, kind: str | None, *, strict: bool, worker: bool) -> _Findings:
    from pumice.formats.errors import InvalidDocument

    found = kind or "job"
    try:
        text = _read(file)
        found = kind or guess(file, text)
        return _Findings(file, found, _check(found, file, text, strict=strict, worker=worker))
    except InvalidDocument as error:
        return _Findings(file, found, list(error.problems))


def _on_a_device(job: _Findings, device: Path, *, worker: bool) -> list[_Findings]:
    """What is wrong with a job on a device, and with the device."""
    from pumice.formats.errors import InvalidDocument

    try:
        text = _read(device)
        variables = _variables(_read(job.file)) if not job.problems else {}
        problems = dictionaries.problems(device, text, variables, on_worker=worker)
    except InvalidDocument as error:
        return [job, _Findings(device, "device", list(error.problems))]
    if not job.problems:
        job = _Findings(job.file, job.kind, _plan(_read(job.file), device, text))
    return [job, _Findings(device, "device", problems)]


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


def _check(kind: str, path: Path, text: str, *, strict: bool, worker: bool) -> list[Problem]:
    """The problems of a file. Raises InvalidDocument."""
    from pumice.definitions import jobs, testdefs
    from pumice.formats.errors import Problem

    if kind == "test":
        return testdefs.check(text)
    if kind == "device":
        return dictionaries.problems(path, text, {}, on_worker=worker)
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


def _variables(text: str) -> dict[str, Any]:
    """What a valid job gives to its device's templates."""
    from pumice.formats import yaml

    job = cast("Mapping[str, Any]", yaml.load(text).data)
    context = cast("Mapping[str, Any]", job.get("context") or {})
    return {**context, "scheduled_device_type": job.get("device_type")}


def _plan(text: str, device: Path, dictionary: str) -> list[Problem]:
    """The problems that a valid job has on a device; none where the device is invalid."""
    from pumice.definitions import planning
    from pumice.devices import configuration
    from pumice.formats import yaml
    from pumice.formats.errors import InvalidDocument

    document = yaml.load(text)
    job = cast("Mapping[str, Any]", document.data)
    try:
        configured = configuration.parse(rendered(device, dictionary, _variables(text)))
    except InvalidDocument:
        return []  # its own problems are reported
    try:
        planning.plan(job, configured.data, job_id="1")
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


def _report(about: _Findings, device: _Findings | None = None, *, as_json: bool) -> None:
    if as_json:
        answer = _answer(about)
        if device is not None:
            answer["device"] = _answer(device)
        click.echo(json.dumps(answer, default=str))
        return
    for found in (about, device) if device is not None and device.problems else (about,):
        noun = found.kind.replace("-", " ")
        if found.problems:
            _complain(f"{found.file} is not a valid {noun}", found.problems)
        else:
            click.echo(f"{found.file} is a valid {noun}")


def _answer(found: _Findings) -> dict[str, Any]:
    problems = [
        {"path": [*p.path], "line": p.line, "column": p.column, "message": p.message}
        for p in found.problems
    ]
    valid = not problems
    return {"file": str(found.file), "kind": found.kind, "valid": valid, "problems": problems}


def _complain(what: str, problems: tuple[Problem, ...] | list[Problem]) -> None:
    click.echo(what, err=True)
    for problem in problems:
        click.echo(f"  {problem}", err=True)
