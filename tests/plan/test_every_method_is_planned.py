"""The tree of every method: names, levels, attempts and timeouts as the format has them."""

from __future__ import annotations

from typing import Any

import pytest

from pumice.definitions import methods
from pumice.definitions.catalogue import ACTIONS
from pumice.definitions.planning import plan
from pumice.formats.errors import InvalidDocument
from pumice.plan.actions import Action, Plan

from .conftest import read

KINDS = {
    "deploy": "deploys.yaml",
    "boot": "boots.yaml",
    "test": "tests.yaml",
    "command": "commands.yaml",
}
CASES = [
    pytest.param(kind, case["block"], case["plan"], id=f"{kind} {name}")
    for kind, file in KINDS.items()
    for name, case in read(file).items()
]
SMOKE = read("tests.yaml")["definitions"]["block"]


def planned(kind: str, block: dict[str, Any], device: dict[str, Any]) -> Plan:
    """The plan of one block; a test follows what is no test."""
    after = [] if kind == "test" else [{"test": SMOKE}]
    job = {
        "context": {"arch": "amd64"},
        "timeouts": {"job": {"hours": 1}, "action": {"seconds": 50}},
        "actions": [{kind: block}, *after],
    }
    return plan(job, device, job_id="7")


def lines(action: Action) -> list[str]:
    own = f"{action.level} {action.name} {action.attempts} {action.timeout}"
    return [own, *(line for child in action.children for line in lines(child))]


@pytest.mark.parametrize(("kind", "block", "expected"), CASES)
def test_a_methods_tree_is_the_tables(
    kind: str, block: dict[str, Any], expected: list[str], everything: dict[str, Any]
) -> None:
    assert lines(planned(kind, block, everything).actions[0]) == expected


@pytest.mark.parametrize("kind", ["deploy", "boot", "test"])
def test_the_table_has_every_method(kind: methods.Kind) -> None:
    key = {"deploy": "to", "boot": "method"}.get(kind)
    cases = read(KINDS[kind])
    found = {case["block"][key] for case in cases.values()} if key else set(cases)
    assert set(methods.KNOWN[kind]) <= found


@pytest.mark.parametrize(("kind", "block", "expected"), CASES)
def test_every_action_is_in_the_catalogue_and_ends_with_its_error_type(
    kind: str, block: dict[str, Any], expected: list[str], everything: dict[str, Any]
) -> None:
    made = planned(kind, block, everything)
    errors = {action.name: action.timeout_error for action in made.walk()}
    assert errors == {name: ACTIONS[name][1] for name in errors}


@pytest.mark.parametrize(
    ("kind", "block"),
    [(case.values[0], case.values[1]) for case in CASES if case.values[0] != "test"],
)
def test_what_this_version_cannot_run_is_an_obstacle_that_names_what_it_runs(
    kind: str, block: dict[str, Any], everything: dict[str, Any]
) -> None:
    key = {"deploy": "to", "boot": "method"}.get(kind)
    obstacles = planned(kind, block, everything).obstacles
    if key is None:
        assert obstacles == ()
        return
    method = methods.known("deploy" if kind == "deploy" else "boot", block[key])
    assert method is not None
    found = [o.message for o in obstacles if o.path == ("actions", 0, kind, key)]
    if method.RUNS:
        assert found == []
    else:
        assert f"does not run the {kind} method {block[key]!r}: it runs" in found[0]


@pytest.mark.parametrize(
    ("kind", "key", "name"),
    [("deploy", "to", "tftp"), ("deploy", "to", "tmpfs"), ("boot", "method", "u-boot")],
)
def test_a_method_that_the_device_does_not_list_names_those_that_it_does(
    kind: str, key: str, name: str, everything: dict[str, Any]
) -> None:
    everything["actions"][kind]["methods"] = {"ssh": None, "fastboot": None}
    with pytest.raises(InvalidDocument) as caught:
        planned(kind, {key: name}, everything)
    problem = caught.value.problems[0]
    assert problem.path == ("actions", 0, kind, key)
    assert f"{name!r}: its configuration offers fastboot, ssh" in problem.message
