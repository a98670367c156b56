"""What the actions of ``lava-overlay`` put into the overlay."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any, cast

import yaml

from pumice.definitions.blocks import as_list
from pumice.dispatcher.errors import JobError
from pumice.dispatcher.namespaces import ShellTest
from pumice.dispatcher.overlay.tree import Tree
from pumice.dispatcher.step import Step

_DUMPER: type[Any] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_RULE = "###############"
DEFAULT_FIXUPS = {"PASS": "pass", "FAIL": "fail", "SKIP": "skip", "UNKNOWN": "unknown"}


async def overlay(step: Step) -> None:
    """Make the overlay with helpers, environment and secrets, then let the tests be added."""
    parameters = step.parameters
    tree = Tree(str(parameters["root"]))
    shell = str(parameters["shell"])
    for name, text in helpers().items():
        tree.file(f"bin/{name}", text.replace("#!/bin/sh", f"#!{shell}", 1), 0o755)
    tree.directory("tests")
    tree.directory("results")
    environment: Iterable[tuple[str, str]] = parameters["environment"]
    tree.file("environment", "".join(f"export {k}={shlex.quote(v)}\n" for k, v in environment))
    secrets: dict[str, Any] = dict(parameters["secrets"]) | dict(step.job.board_environment)
    if secrets:
        tree.file(
            "secrets", "".join(f"{k}={shlex.quote(str(v))}\n" for k, v in secrets.items()), 0o600
        )
    step.state.overlay = tree
    await step.perform_children()
    step.report.debug(f"Created overlay {tree.root} with {sum(1 for _ in tree)} entries")


async def inline(step: Step) -> None:
    """Take the test definition from the job, and note what results and signals say of it."""
    parameters = step.parameters
    definition = cast("Mapping[str, Any]", parameters["definition"])
    run, stage = str(parameters["run"]), int(parameters["stage"])
    parse = cast("Mapping[str, Any]", definition.get("parse") or {})
    expected = parameters["expected"] or definition.get("expected")
    step.state.tests[run] = ShellTest(
        run=run,
        uuid=f"{step.job.id}_{step.action.level}",
        stage=stage,
        path=str(parameters["path"]),
        repository="inline",
        pattern=str(parse.get("pattern") or ""),
        fixups=DEFAULT_FIXUPS | dict(parse.get("fixupdict") or {}),
        expected=tuple(map(str, expected)) if expected else None,
    )
    step.report.debug(f"test definition {run} is inline, uuid {step.state.tests[run].uuid}")


async def definition(step: Step) -> None:
    """Put the definition, its uuid and its metadata into the overlay."""
    tree, test = _tree(step), _test(step)
    content = yaml.dump(
        dict(step.parameters["definition"]), Dumper=_DUMPER, sort_keys=False, allow_unicode=True
    )
    folder = folder_of(test)
    # Where a job names a file for its inline definition, it stands there as well.
    for name in {"testdef.yaml", _below(test.path)}:
        tree.file(f"{folder}/{name}", content)
    tree.file(f"{folder}/uuid", f"{test.uuid}\n")
    metadata = {"os": "", "devices": "", "environment": "", "branch_vcs": "inline"}
    tree.file(f"{folder}/testdef_metadata", yaml.dump(metadata, Dumper=_DUMPER))
    conf = f"{test.stage}/lava-test-runner.conf"
    paths = [_on_board(tree, other) for other in step.state.tests.values()]
    stage = [path for path in paths if path.startswith(f"{tree.root}/{test.stage}/")]
    tree.file(conf, "".join(f"{path}\n" for path in stage))
    tree.directory(f"{test.stage}/results")
    step.extra = {"uuid": test.uuid}


async def install(step: Step) -> None:
    """Write ``install.sh`` where the definition has something to install."""
    tree, test = _tree(step), _test(step)
    steps = cast("list[str]", step.parameters["install"])
    lines = ["set -e", f"cd {shlex.quote(_on_board(tree, test))}", *steps]
    tree.file(f"{folder_of(test)}/install.sh", "\n".join(lines) + "\n" if steps else "", 0o755)
    step.extra = {"uuid": test.uuid}


async def run_script(step: Step) -> None:
    """Write ``run.sh``: parameters, then the steps between the signals of a run."""
    tree, test = _tree(step), _test(step)
    definition = cast("Mapping[str, Any]", step.parameters["definition"])
    run = cast("Mapping[str, Any]", definition.get("run") or {})
    defaults = dict(definition.get("params") or {}) | dict(definition.get("parameters") or {})
    steps = [str(text) for text in as_list(run.get("steps")) if text is not None]
    script = "\n".join(
        [
            "### default parameters from the test definition",
            *_assignments(defaults),
            "### parameters from the job",
            *_assignments(step.parameters["parameters"]),
            _RULE,
            "set -e",
            f"export TESTRUN_ID={shlex.quote(test.run)}",
            f"cd {shlex.quote(_on_board(tree, test))}",
            "UUID=$(cat uuid)",
            'echo "<LAVA_SIGNAL_STARTRUN $TESTRUN_ID $UUID>"',
            "set -x",
            *(_escaped(text) for text in steps),
            "{ set +x; } 2>/dev/null",
            'echo "<LAVA_SIGNAL_ENDRUN $TESTRUN_ID $UUID>"',
            "",
        ]
    )
    tree.file(f"{folder_of(test)}/run.sh", script, 0o755)
    step.extra = {"uuid": test.uuid}


def folder_of(test: ShellTest) -> str:
    """The test's folder below the overlay's root."""
    return f"{test.stage}/tests/{test.run}"


@cache
def helpers() -> dict[str, str]:
    """The helper programs of the board by name."""
    folder = resources.files("pumice.dispatcher.overlay") / "board"
    return {
        entry.name: entry.read_text("utf-8")
        for entry in folder.iterdir()
        if entry.name.startswith("lava-")
    }


def _assignments(parameters: Mapping[str, Any]) -> list[str]:
    """Assignments in LAVA's form: single quotes around the value, null as nothing."""
    return [
        f"{key}=''" if value is None else f"{key}='{value}'" for key, value in parameters.items()
    ]


def _escaped(text: str) -> str:
    """A step; LAVA keeps ``$N`` for the command that ``--shell`` and ``--cmd`` start."""
    if "--cmd" not in text and "--shell" not in text:
        return text
    for digit in "0123456789":
        text = text.replace(f"${digit}", f"\\${digit}")
    return text


def _below(path: str) -> str:
    """A path that stays below the test's folder. Raises JobError for any other."""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if ".." in parts or not parts:
        raise JobError(f"the path {path!r} of the test definition leads out of its folder")
    return "/".join(parts)


def _on_board(tree: Tree, test: ShellTest) -> str:
    return f"{tree.root}/{folder_of(test)}"


def _tree(step: Step) -> Tree:
    if step.state.overlay is None:
        raise JobError("there is no overlay: the test definitions need a deploy action")
    return step.state.overlay


def _test(step: Step) -> ShellTest:
    return step.state.tests[str(step.parameters["run"])]
