"""Jobs generated from blocks of every method: valid ones pass, changed ones pass or say where."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from pumice.definitions import jobs, methods, schema
from pumice.formats import yaml
from pumice.formats.errors import InvalidDocument
from pumice.formats.errors import Path as Where

DATA = Path(__file__).with_name("data")
BLOCKS: dict[methods.Kind, list[dict[str, Any]]] = yaml.load(
    DATA.joinpath("blocks.yaml").read_bytes()
).data
EDITOR = Draft7Validator(json.loads(schema.published("job")))
TIMEOUT = st.fixed_dictionaries({"seconds": st.integers(1, 60)})
COMMON: dict[str, Any] = {
    "timeout": TIMEOUT,
    "timeouts": st.dictionaries(st.sampled_from(["login-action", "http-download"]), TIMEOUT),
    "connection-namespace": st.just("other"),
    "failure_retry": st.integers(1, 5),
    "failure_retry_interval": st.integers(1, 5),
}
# Each of these stands for another one, so that one of them must stay.
ALTERNATIVES = {"image", "images", "nfsrootfs"}
JUNK = st.sampled_from(
    [None, 5, -1, 1.5, True, "x", "", [], {}, [None], {"x": 1}, {1: 2}, {None: 1}, {1.5: {}}, [[]]]
)
FEWER = settings(
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
)


@st.composite
def block(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    """A block of any method with some of its keys."""
    kind: methods.Kind = draw(st.sampled_from(["deploy", "boot", "test"]))
    whole = draw(st.sampled_from(BLOCKS[kind]))
    name = _name(kind, whole)
    method = methods.known(kind, name)
    assert method is not None
    needed = {
        field.alias or key for key, field in method.Keys.model_fields.items() if field.is_required()
    }
    kept = {
        key: copy.deepcopy(value)
        for key, value in whole.items()
        if key in needed | ALTERNATIVES or draw(st.booleans())
    }
    return {kind: draw(st.fixed_dictionaries({}, optional=COMMON)) | kept}


def _name(kind: methods.Kind, found: dict[str, Any]) -> str:
    if kind == "test":
        return "docker" if "docker" in found else next(iter(found))
    return str(found["to" if kind == "deploy" else "method"])


JOB = st.fixed_dictionaries(
    {
        "job_name": st.just("any"),
        "device_type": st.just("board"),
        "visibility": st.just("public"),
        "timeouts": st.just({"job": {"hours": 1}}),
        "actions": st.lists(block(), min_size=1, max_size=4).filter(
            lambda actions: sum("test" in action for action in actions) < 2
        ),
    }
)


@FEWER
@given(JOB)
def test_a_valid_job_passes_every_validation_and_survives_dump_and_load(
    job: dict[str, Any],
) -> None:
    text = yaml.dump(job)
    assert jobs.check(text, strict=True) == []
    assert jobs.check(text) == []
    assert [error.message for error in EDITOR.iter_errors(job)] == []
    assert yaml.load(text).data == job


def _paths(value: Any, path: Where = ()) -> Iterator[Where]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        yield (*path, key)
        if isinstance(inner, dict | list):
            yield from _paths(inner, (*path, key))


@FEWER
@given(JOB, JUNK, st.data())
def test_a_changed_job_passes_or_fails_with_a_place(
    job: dict[str, Any], junk: Any, data: st.DataObject
) -> None:
    changed = copy.deepcopy(job)
    *parents, last = data.draw(st.sampled_from(sorted(_paths(changed), key=repr)))
    here = cast("Any", changed)
    for part in parents:
        here = here[part]
    here[last] = junk
    text = yaml.dump(changed)
    problems = [*jobs.check(text), *jobs.check(text, strict=True)]
    try:
        jobs.parse(text)
    except InvalidDocument as error:
        problems += error.problems
    for problem in problems:
        assert problem.message
        assert problem.path
        assert problem.line is not None
        assert problem.column is not None
