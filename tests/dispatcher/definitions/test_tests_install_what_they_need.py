"""What ``install`` asks for is done before the test, unless the job skips it."""

from __future__ import annotations

from typing import Any

import pytest

from pumice.testing.repositories import GitRepository
from pumice.testing.scripted_lab import Outcome, ScriptedLab

INSTALL = {
    "keys": ["a key"],
    "sources": ["deb http://server/debian sid main"],
    "deps": ["one", "two three"],
    "deps-debian": ["four", "one"],
    "deps-fedora": ["five"],
    "steps": ["echo installed > installed", None],
}
STEPS = ["echo installed > installed"]
KEYS = ["lava-add-keys 'a key'"]
SOURCES = ["lava-add-sources 'deb http://server/debian sid main'"]


def run(
    lab: ScriptedLab, install: dict[str, Any], *steps: str, system: str = "", **entry: Any
) -> Outcome:
    deploy = lab.deploy()
    if system:
        deploy["deploy"]["os"] = system
    definition = lab.definition(*steps, repository={"install": install}, **entry)
    return lab.run(deploy, lab.boot(), {"test": {"definitions": [definition]}})


def script(lab: ScriptedLab) -> list[str]:
    """The lines of install.sh after those that prepare it."""
    lines = lab.root.joinpath("lava-1/0/tests/0_smoke/install.sh").read_text().splitlines()
    return lines[lines.index("set -e") + 2 :] if lines else []


@pytest.mark.parametrize(
    ("system", "skipped", "lines"),
    [
        ("", [], [*KEYS, *SOURCES, "lava-install-packages one two three", *STEPS]),
        ("", ["deps"], [*KEYS, *SOURCES, *STEPS]),
        ("", ["keys", "sources", "deps"], STEPS),
        ("", ["steps", "keys"], [*SOURCES, "lava-install-packages one two three"]),
        ("", ["all"], []),
    ],
)
def test_the_script_says_what_is_installed(
    lab: ScriptedLab, system: str, skipped: list[str], lines: list[str]
) -> None:
    outcome = run(lab, INSTALL, "true", system=system, skip_install=skipped)
    assert outcome.passed
    assert script(lab) == lines


@pytest.mark.parametrize(
    ("system", "packages"),
    [
        ("debian", "one two three four"),
        ("debian_installer", "one two three four"),
        ("fedora", "one two three five"),
        ("oe", "one two three"),
    ],
)
def test_packages_are_those_of_the_system(lab: ScriptedLab, system: str, packages: str) -> None:
    # The board is this host: its package manager must not be asked.
    fake = lab.root / "bin/lava-install-packages"
    install = {key: INSTALL[key] for key in ("deps", "deps-debian", "deps-fedora")}
    swap = f"printf '#!/bin/sh\\necho got $*' > {lab.root}/lava-1/bin/{fake.name}"
    boot = lab.boot(
        auto_login={"login_prompt": "login:", "username": "root", "login_commands": [swap]}
    )
    deploy = lab.deploy()
    deploy["deploy"]["os"] = system
    definition = lab.definition("true", repository={"install": install})
    outcome = lab.run(deploy, boot, {"test": {"definitions": [definition]}})
    assert outcome.passed
    assert script(lab) == [f"lava-install-packages {packages}"]
    assert f"got {packages}" in outcome.messages("target")


def test_steps_run_before_the_test_in_its_folder_with_its_parameters(lab: ScriptedLab) -> None:
    install = {"steps": ["echo $WORD > word"]}
    outcome = run(
        lab,
        install,
        "lava-test-case word --shell grep -qx hello word",
        parameters={"WORD": "hello"},
    )
    assert outcome.cases("0_smoke") == {"word": "pass"}


def test_repositories_are_beside_the_test(lab: ScriptedLab, repository: GitRepository) -> None:
    repository.git("checkout", "-q", "-b", "other")
    repository.write("only-here", "")
    repository.commit("other")
    repository.git("checkout", "-q", "main")
    address = f"file://{repository.path}"
    install = {"git-repos": [address, {"url": address, "branch": "other", "destination": "in/it"}]}
    outcome = run(
        lab,
        install,
        "lava-test-case plain --shell test -x tests/beside.sh -a ! -e tests/only-here",
        "lava-test-case other --shell test -e in/it/only-here",
    )
    assert outcome.cases("0_smoke") == {"plain": "pass", "other": "pass"}


def test_repositories_are_left_out_where_the_job_says_so(lab: ScriptedLab) -> None:
    install = {"git-repos": ["file:///no/such"]}
    assert run(lab, install, "true", skip_install=["git-repos"]).passed


@pytest.mark.parametrize("destination", ["../out", "/../../out", "a/../../out"])
def test_a_repository_does_not_leave_the_tests_folder(
    lab: ScriptedLab, repository: GitRepository, destination: str
) -> None:
    install = {"git-repos": [{"url": str(repository.path), "destination": destination}]}
    outcome = run(lab, install, "true")
    assert outcome.end["error_type"] == "Job"
    assert "leads out of its folder" in outcome.end["error_msg"]


def test_an_installation_that_fails_ends_the_job(lab: ScriptedLab) -> None:
    outcome = run(lab, {"steps": ["exit 3"]}, "lava-test-case never --result pass")
    assert outcome.end["error_type"] == "Test"
    assert outcome.cases("lava")["stage_0"] == "fail"
    assert outcome.cases("0_smoke") == {}
