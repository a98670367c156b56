"""What the actions of ``lava-overlay`` put into the overlay."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from pumice.definitions.testdefs import GitRepository, TestDefinition
from pumice.dispatcher.errors import JobError
from pumice.dispatcher.multinode.actions import of as group_of
from pumice.dispatcher.namespaces import ShellTest
from pumice.dispatcher.overlay import git, scripts
from pumice.dispatcher.overlay.repositories import below
from pumice.dispatcher.overlay.tree import Tree
from pumice.dispatcher.step import Step
from pumice.formats import yaml

_MANAGERS = {
    "debian": "apt",
    "ubuntu": "apt",
    "apertis": "apt",
    "fedora": "dnf",
    "centos": "dnf",
    "archlinux": "pacman",
    "slackware": "slackpkg",
    "oe": "opkg",
}
"""By system: the folder with the helpers that speak to its package manager."""


async def overlay(step: Step) -> None:
    """Make the overlay with helpers, environment and secrets, then let the tests be added."""
    parameters = step.parameters
    tree = Tree(str(parameters["root"]))
    shell = str(parameters["shell"])
    for name, text in helpers(str(parameters["system"])).items():
        tree.file(f"bin/{name}", text.replace("#!/bin/sh", f"#!{shell}", 1), 0o755)
    tree.file("bin/lava-device", values(parameters["target"]))
    tree.directory("tests")
    tree.directory("results")
    environment: list[tuple[str, str]] = list(parameters["environment"])
    cache = step.job.lab.get("http_url_format_string")
    if cache:
        environment.append(("HTTP_CACHE", str(cache)))
    tree.file("environment", "".join(f"export {k}={shlex.quote(v)}\n" for k, v in environment))
    secrets: dict[str, Any] = dict(parameters["secrets"]) | dict(step.job.board_environment)
    if secrets:
        tree.file(
            "secrets", "".join(f"{k}={shlex.quote(str(v))}\n" for k, v in secrets.items()), 0o600
        )
    step.state.overlay = tree
    await step.perform_children()
    step.report.debug(f"Created overlay {tree.root} with {sum(1 for _ in tree)} entries")


async def multinode(step: Step) -> None:
    """Add the helpers that speak to the other jobs of the group, and who these are."""
    tree, group = _tree(step), group_of(step)
    for name, text in group_helpers().items():
        tree.file(
            f"bin/{name}", text.replace("#!/bin/sh", f"#!{step.parameters['shell']}", 1), 0o755
        )
    tree.file("bin/lava-member", members(group.job_id, group.membership.role, group.roles))


async def definition(step: Step) -> None:
    """Put the definition, its uuid and its metadata into the overlay, with its repository."""
    tree, test = _tree(step), _test(step)
    folder = folder_of(test)
    if test.folder is not None:
        await asyncio.to_thread(tree.folder, folder, test.folder)
        names = {"testdef.yaml"}
    else:
        # Where a job names a file for its inline definition, it stands there as well.
        names = {"testdef.yaml", below(test.path)}
    for name in names:
        tree.file(f"{folder}/{name}", test.text)
    tree.file(f"{folder}/uuid", f"{test.uuid}\n")
    metadata = _definition(test).metadata
    about = {
        "os": ",".join(metadata.os),
        "devices": ",".join(metadata.devices),
        "environment": ",".join(metadata.environment),
        "branch_vcs": test.source,
    }
    tree.file(f"{folder}/testdef_metadata", yaml.dump(about))
    conf = f"{test.stage}/lava-test-runner.conf"
    paths = [_on_board(tree, other) for other in step.state.tests.values()]
    stage = [path for path in paths if path.startswith(f"{tree.root}/{test.stage}/")]
    tree.file(conf, "".join(f"{path}\n" for path in stage))
    tree.directory(f"{test.stage}/results")
    step.extra = {"uuid": test.uuid}


async def install(step: Step) -> None:
    """Write ``install.sh`` where there is something to install, and clone what belongs there."""
    tree, test, wanted = _tree(step), _test(step), step.parameters
    skipped: set[str] = set(wanted["skip_install"])
    if "all" in skipped:
        skipped = {"keys", "sources", "deps", "git-repos", "steps"}
    if "git-repos" not in skipped:
        await _clone(step, tree, test)
    script = scripts.install(
        _on_board(tree, test),
        _definition(test),
        wanted["parameters"],
        skipped,
        str(wanted["distribution"]),
    )
    tree.file(f"{folder_of(test)}/install.sh", script, 0o755)
    step.extra = {"uuid": test.uuid}


async def _clone(step: Step, tree: Tree, test: ShellTest) -> None:
    """Clone what ``git-repos`` names into the test's folder."""
    for number, wanted in enumerate(_definition(test).install.git_repos):
        repository = GitRepository(url=wanted) if isinstance(wanted, str) else wanted
        place = below(repository.destination or git.name_of(repository.url))
        folder = step.folder("git-repos") / str(number)
        await git.clone(
            step.report, git.Repository(repository.url, branch=repository.branch), folder
        )
        try:
            await asyncio.to_thread(tree.folder, f"{folder_of(test)}/{place}", folder)
        except ValueError as error:
            raise JobError(
                f"the repository {git.shown(repository.url)} cannot be put there: {error}"
            ) from error


async def run_script(step: Step) -> None:
    """Write ``run.sh``: parameters, then the steps between the signals of a run."""
    tree, test, wanted = _tree(step), _test(step), step.parameters
    script = scripts.run(
        _on_board(tree, test),
        test.run,
        _definition(test),
        wanted["parameters"],
        kmsg=wanted["signal"] == "kmsg",
        delay=int(wanted["delay"]),
    )
    tree.file(f"{folder_of(test)}/run.sh", script, 0o755)
    step.extra = {"uuid": test.uuid}


def folder_of(test: ShellTest) -> str:
    """The test's folder below the overlay's root."""
    return f"{test.stage}/tests/{test.run}"


@cache
def helpers(system: str = "") -> dict[str, str]:
    """The helper programs of the board by name, for the system that the job says it runs."""
    return _programs("") | _programs(_MANAGERS.get(system, "none"))


@cache
def group_helpers() -> dict[str, str]:
    """The helper programs by which the boards of a MultiNode job speak to each other."""
    return _programs("multinode")


def _programs(folder: str) -> dict[str, str]:
    place = resources.files("pumice.dispatcher.overlay") / "board" / folder
    return {
        entry.name: entry.read_text("utf-8")
        for entry in place.iterdir()
        if entry.name.startswith("lava-")
    }


def members(job_id: str, role: str, roles: Mapping[str, str]) -> str:
    """What helpers say of the group, as the assignments that they read."""
    values = {
        "LAVA_SELF": job_id,
        "LAVA_ROLE": role,
        "LAVA_ROLES": "".join(f"{name}\n" for name in dict.fromkeys(roles.values())),
        "LAVA_GROUP": "".join(f"{job}\t{name}\n" for job, name in roles.items()),
    }
    return "".join(f"{name}={shlex.quote(value)}\n" for name, value in values.items())


def values(target: Mapping[str, Any]) -> str:
    """What helpers say of the board, as the assignments that they read."""
    storage = "".join(f"{method}\t{path}\n" for method, path in target["LAVA_STORAGE"])
    values = {**target, "LAVA_STORAGE": storage}
    return "".join(f"{name}={shlex.quote(str(value))}\n" for name, value in values.items())


def _on_board(tree: Tree, test: ShellTest) -> str:
    return f"{tree.root}/{folder_of(test)}"


def _tree(step: Step) -> Tree:
    if step.state.overlay is None:
        raise JobError("there is no overlay: the test definitions need a deploy action")
    return step.state.overlay


def _test(step: Step) -> ShellTest:
    return step.state.tests[str(step.parameters["run"])]


def _definition(test: ShellTest) -> TestDefinition:
    if test.definition is None:
        raise JobError(f"the test {test.run} has no definition")
    return test.definition
