"""The plan of the overlay: the part of a board's file system that the tests bring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pumice.definitions.blocks import DEFAULT_RESULTS_DIR, Block, PlannedTest, as_list, as_map, at
from pumice.formats.errors import InvalidDocument, Problem
from pumice.plan.actions import Action

_BUILD = "pumice.dispatcher.overlay.build"
_NEEDS_HELPERS = ("keys", "sources", "deps", "git-repos")


_SOURCES = {
    "inline": ("inline-repo-action", "take the test definition from the job", "inline"),
    "git": ("git-repo-action", "clone the repository of the test definition", ""),
    "url": ("url-repo-action", "fetch the archive of the test definition", ""),
}
"""By ``from``: the action that gets a test definition, its meaning, and what performs it."""


def plan(block: Block) -> Action | None:
    """The action ``lava-overlay``, or None where the namespace runs no test definitions.

    Raises InvalidDocument.
    """
    return of_tests(block, block.tests, "lava-overlay") if block.tests else None


def of_tests(block: Block, own: Iterable[PlannedTest], name: str) -> Action:
    """The action of this name that makes an overlay of these tests. Raises InvalidDocument."""
    steps: list[Action] = []
    for test in own:
        steps += _test(block, test)
    tests = Action(
        name="test-definition",
        description="put the test definitions into the overlay",
        summary="load test definitions",
        namespace=block.namespace,
        children=tuple(steps),
    )
    authorize = (
        (_inside(block, "ssh-authorize", "put the job's public key into the overlay"),)
        if block.data.get("authorize") == "ssh"
        else ()
    )
    return Action(
        name=name,
        description="make the overlay with helpers, environment and tests",
        summary="overlay the lava support scripts",
        runner=f"{_BUILD}:overlay",
        namespace=block.namespace,
        children=(
            *authorize,
            _inside(
                block,
                "lava-multinode-overlay",
                "put the roles of a MultiNode job into the overlay",
            ),
            tests,
            _inside(block, "compress-overlay", "pack the overlay"),
        ),
        parameters={
            "root": results_dir(block),
            "shell": block.subject.constant("posix", "lava_test_sh_cmd", default="/bin/sh"),
            "environment": _environment(block),
            "secrets": dict(as_map(block.subject.job.get("secrets"))),
        },
    )


def _inside(block: Block, name: str, description: str) -> Action:
    """A part of the overlay without a runner: clients count levels with it.

    The overlay is packed where it is applied, and only a job of several boards has roles.
    """
    return Action(
        name=name,
        description=description,
        summary=name.replace("-", " "),
        namespace=block.namespace,
    )


def results_dir(block: Block) -> str:
    """Where the overlay lies on the board."""
    pattern = block.subject.constant("posix", "lava_test_results_dir", default=DEFAULT_RESULTS_DIR)
    return str(pattern).replace("%s", block.subject.job_id)


def _test(block: Block, test: PlannedTest) -> tuple[Action, ...]:
    entry = test.entry
    source = entry.get("from")
    if not isinstance(source, str) or source not in _SOURCES:
        raise _wrong(
            test, f"test definitions come from {', '.join(_SOURCES)}, not {source!r}", "from"
        )
    name, meaning, function = _SOURCES[source]
    if not function:
        _cannot(
            block,
            test,
            f"this version of Pumice runs only inline test definitions, not those from {source!r}",
            "from",
        )
    if entry.get("lava-signal", "stdout") != "stdout":
        _cannot(block, test, "this version of Pumice takes signals only from stdout", "lava-signal")
    install = _install(block, test)
    common: Mapping[str, Any] = {
        "run": test.run,
        "stage": test.stage,
        "path": entry.get("path"),
        "definition": entry.get("repository"),
        "parameters": {**as_map(entry.get("parameters")), **as_map(entry.get("params"))},
        "expected": entry.get("expected"),
        "install": install,
    }

    def action(name: str, description: str, function: str) -> Action:
        return Action(
            name=name,
            description=description,
            summary=name.replace("-", " "),
            runner=f"{_BUILD}:{function}" if function else "",
            namespace=block.namespace,
            parameters=common,
        )

    return (
        action(name, meaning, function),
        action("test-overlay", "put the test definition into the overlay", "definition"),
        action("test-install-overlay", "write the script that installs the test", "install"),
        action("test-runscript-overlay", "write the script that runs the test", "run_script"),
    )


def _install(block: Block, test: PlannedTest) -> list[str]:
    """The steps of the test's ``install``, less what the job skips."""
    install = as_map(at(test.entry, ("repository", "install")))
    skipped = as_list(test.entry.get("skip_install"))
    if "all" in skipped:
        return []
    for key in install:
        part = "deps" if str(key).startswith("deps-") else str(key)
        if part in _NEEDS_HELPERS and part not in skipped and install[key]:
            _cannot(
                block,
                test,
                f"this version of Pumice runs only the 'steps' of 'install', not {part!r}; "
                f"'skip_install: [{part}]' leaves it out",
                "repository",
                "install",
                str(key),
            )
    steps = as_list(install.get("steps"))
    return [str(step) for step in steps if step is not None] if "steps" not in skipped else []


def _cannot(block: Block, test: PlannedTest, message: str, *path: str) -> None:
    block.obstacles.append(Problem(message, (*test.path, *path)))


def _wrong(test: PlannedTest, message: str, *path: str) -> InvalidDocument:
    return InvalidDocument.because(message, (*test.path, *path))


def _environment(block: Block) -> list[tuple[str, str]]:
    """The variables of the tests' environment, in the order in which they are exported."""
    subject = block.subject
    device = subject.device
    found: list[tuple[str, str]] = list(_flat(as_map(device.get("environment")), ""))
    for section, prefix in (
        ("device_info", "LAVA_DEVICE_INFO"),
        ("static_info", "LAVA_STATIC_INFO"),
        ("storage_info", "LAVA_STORAGE_INFO"),
    ):
        for number, entry in enumerate(as_list(device.get(section))):
            for key, value in as_map(entry).items():
                found.append((f"{prefix}_{number}_{key}", _text(value)))
    found += _flat(as_map(subject.job.get("environment")), "")
    tags = as_list(subject.job.get("tags"))
    found += [
        ("LAVA_JOB_ID", subject.job_id),
        ("LAVA_DISPATCHER_IP", subject.host.address),
        ("LAVA_JOB_TAGS", " ".join(map(str, tags))),
        ("LAVA_DISPATCHER_PREFIX", subject.host.prefix),
        ("LAVA_DEVICE_HOSTNAME", str(device.get("hostname") or "")),
        ("LAVA_DEVICE_TYPE", str(device.get("devicetype") or "")),
    ]
    return found


def _flat(values: Mapping[Any, Any], prefix: str) -> list[tuple[str, str]]:
    """Nested maps with their keys joined by ``_``."""
    found: list[tuple[str, str]] = []
    for key, value in values.items():
        name = f"{prefix}{key}"
        inner = as_map(value)
        found += _flat(inner, f"{name}_") if inner else [(name, _text(value))]
    return found


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return "" if value is None else str(value)
