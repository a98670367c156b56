"""What this version does not run is refused at submission, naming what it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pumice.definitions import jobs, methods
from pumice.formats.errors import InvalidDocument, Path

Change = Callable[[dict[Path, Any]], str]

BOOT: Path = ("actions", 1, "boot")
TEST: Path = ("actions", 2, "test")
ENTRY: Path = (*TEST, "definitions", 0)


def runs(kind: methods.Kind) -> str:
    return ", ".join(methods.names(kind))


NOT_RUN: list[tuple[dict[Path, Any], str]] = [
    ({("actions", 0, "deploy", "to"): "mps"}, f"deploy method 'mps': it runs {runs('deploy')}"),
    ({(*BOOT, "method"): "pyocd"}, f"boot method 'pyocd': it runs {runs('boot')}"),
    (
        {(*BOOT, "method"): "fastboot", (*BOOT, "use_bootscript"): True},
        "does not run 'use_bootscript' with fastboot",
    ),
    ({("protocols",): {"lava-xnbd": {}}}, "does not run the protocol 'lava-xnbd'"),
]


@pytest.mark.parametrize(("changes", "message"), NOT_RUN, ids=[text for _, text in NOT_RUN])
def test_it_is_refused_with_its_place(
    job_with: Change, changes: dict[Path, Any], message: str
) -> None:
    with pytest.raises(InvalidDocument) as caught:
        jobs.parse(job_with(changes))
    (problem,) = caught.value.problems
    assert problem.message.startswith("this version of Pumice")
    assert message in problem.message
    assert problem.line is not None


def test_a_validation_takes_what_the_schema_knows(job_with: Change) -> None:
    text = job_with(
        {
            (*BOOT, "docker"): {"image": "debian:12", "binary": "qemu-system-x86_64"},
            (*ENTRY, "from"): "git",
            (*ENTRY, "repository"): "https://example.com/x.git",
            (*ENTRY, "branch"): "main",
            (*ENTRY, "shallow"): False,
        }
    )
    assert jobs.check(text, strict=True) == []


def test_the_folders_are_the_list_of_what_runs() -> None:
    assert "tmpfs" in methods.names("deploy")
    assert "qemu" in methods.names("boot")
    assert "definitions" in methods.names("test")
    assert "mps" not in methods.names("deploy")
    assert "pyocd" not in methods.names("boot")


def test_every_method_that_runs_is_known_and_found_by_its_name() -> None:
    kinds: tuple[methods.Kind, ...] = ("deploy", "boot", "test")
    for kind in kinds:
        for name in methods.names(kind):
            method = methods.find(kind, name)
            assert method is not None
            assert name == method.NAME
            assert name in methods.KNOWN[kind]
            assert method.RUNS
            known = {field.alias or key for key, field in method.Keys.model_fields.items()}
            assert known.issuperset(method.NOT_RUN)


def test_a_name_finds_no_module_outside_the_folders() -> None:
    assert methods.find("boot", "../deploy/tmpfs") is None
    assert methods.find("boot", "__init__") is None
    assert methods.find("boot", "") is None
