"""Whatever a job says, it has a plan, or problems that each have a place."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pumice.definitions.planning import plan
from pumice.formats.errors import InvalidDocument

from .conftest import read

KINDS = {
    "deploy": "deploys.yaml",
    "boot": "boots.yaml",
    "test": "tests.yaml",
    "command": "commands.yaml",
}
BLOCKS = [{kind: case["block"]} for kind, file in KINDS.items() for case in read(file).values()]
DEVICE = read("device.yaml")

scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.text(max_size=4), st.just({}), st.just([])
)
timeouts = st.dictionaries(
    st.sampled_from(["hours", "minutes", "seconds"]), st.integers(1, 90), min_size=1
)
common = st.fixed_dictionaries(
    {},
    optional={
        "namespace": st.sampled_from(["one", "two"]),
        "timeout": timeouts,
        "timeouts": st.dictionaries(
            st.sampled_from(["login-action", "download-retry"]), timeouts, max_size=2
        ),
        "failure_retry": st.integers(1, 4),
        "failure_retry_interval": st.integers(1, 9),
    },
)


@st.composite
def jobs(draw: st.DrawFn) -> dict[str, Any]:
    """A valid job of any methods, each action with keys that all have."""
    actions: list[dict[str, Any]] = []
    for number, block in enumerate(draw(st.lists(st.sampled_from(BLOCKS), min_size=1, max_size=5))):
        ((kind, keys),) = copy.deepcopy(block).items()
        for place, entry in enumerate(keys.get("definitions", ())):
            entry["name"] = f"test-{number}-{place}"
        actions.append({kind: {**keys, **draw(common)}})
    return {
        "context": {"arch": "amd64"},
        "timeouts": {"job": draw(timeouts), "action": draw(timeouts)},
        "actions": actions,
    }


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of everything below a value."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    found: list[tuple[Any, ...]] = []
    for key, inner in items:
        found.append((*path, key))
        if isinstance(inner, dict | list):
            found += places(inner, (*path, key))
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(jobs())
def test_a_valid_job_has_a_plan_in_the_jobs_order(job: dict[str, Any]) -> None:
    made = plan(job, DEVICE, job_id="1")
    assert [action.level for action in made.actions] == [
        str(number) for number in range(1, len(job["actions"]) + 2)
    ]
    assert made.actions[-1].name == "finalize"
    assert all(action.timeout > 0 and action.attempts > 0 for action in made.walk())
    assert all(obstacle.path for obstacle in made.obstacles)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(job=jobs(), data=st.data())
def test_a_mutated_job_has_a_plan_or_problems_with_their_places(
    job: dict[str, Any], data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(places(job)))
    place: Any = job
    for key in path[:-1]:
        place = place[key]
    if data.draw(st.booleans()):
        del place[path[-1]]
    else:
        place[path[-1]] = data.draw(scalars)
    try:
        assert plan(job, DEVICE, job_id="1").actions
    except InvalidDocument as error:
        assert all(problem.path for problem in error.problems), error
