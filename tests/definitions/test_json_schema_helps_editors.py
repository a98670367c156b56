"""The JSON Schema that editors use agrees with what a validation says."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from pumice.definitions import schema
from pumice.formats import yaml

DATA = Path(__file__).with_name("data")
BLOCKS: dict[str, list[dict[str, Any]]] = yaml.load(DATA.joinpath("blocks.yaml").read_bytes()).data
EACH = [(kind, block) for kind in ("deploy", "boot", "test") for block in BLOCKS[kind]]
EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "jobs").glob("*.yaml"))
JOB = Draft7Validator(json.loads(schema.published("job")))
TEST = Draft7Validator(json.loads(schema.published("test")))


def job_of(kind: str, block: dict[str, Any]) -> dict[str, Any]:
    return {
        "job_name": "one block",
        "device_type": "board",
        "visibility": "public",
        "timeouts": {"job": {"hours": 1}},
        "actions": [{kind: block}],
    }


@pytest.mark.parametrize("name", ["job", "test"])
def test_the_shipped_schema_is_current(name: schema.Name) -> None:
    assert schema.text(name) == schema.published(name), "run python -m pumice.definitions.schema"
    Draft7Validator.check_schema(json.loads(schema.published(name)))


@pytest.mark.parametrize(("kind", "block"), EACH)
def test_a_valid_block_is_valid_in_an_editor(kind: str, block: dict[str, Any]) -> None:
    assert [error.message for error in JOB.iter_errors(job_of(kind, block))] == []


@pytest.mark.parametrize(("kind", "block"), EACH)
def test_an_editor_shows_a_misspelt_key(kind: str, block: dict[str, Any]) -> None:
    wrong = job_of(kind, {**block, "timout": {}})
    assert any("'timout' was unexpected" in error.message for error in JOB.iter_errors(wrong))


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_the_examples_are_valid_in_an_editor(path: Path) -> None:
    assert JOB.is_valid(yaml.load(path.read_bytes()).data)


CHANGES: list[tuple[str, Any]] = [
    ("job_name", ""),
    ("device_type", 5),
    ("visibility", "secret"),
    ("priority", 101),
    ("context", {"colour": "red"}),
    ("context", {"memory": 1.5}),
    ("timeouts", {}),
    ("tags", "one"),
    ("actions", [{"deplyo": {}}]),
    ("actions", [{"boot": {"method": "warp"}}]),
    ("actions", [{"command": {}}]),
    ("actions", [{"test": {}}]),
    ("actions", [{"test": {"definitions": [], "monitors": []}}]),
    ("colour", "red"),
    ("notify", {"criteria": {"status": "sometimes"}}),
    ("protocols", {"lava-multinode": {"roles": {"a": {"count": 1}}}}),
]


@pytest.mark.parametrize(("key", "value"), CHANGES)
def test_an_editor_shows_what_is_wrong(key: str, value: object) -> None:
    job = job_of("boot", {"method": "pyocd"})
    assert JOB.is_valid(job)
    assert not JOB.is_valid({**job, key: value})


def test_only_a_multinode_job_has_no_device_type() -> None:
    job = job_of("boot", {"method": "pyocd", "role": ["a"]})
    del job["device_type"]
    assert not JOB.is_valid(job)
    roles = {"a": {"device_type": "board", "count": 1}}
    assert JOB.is_valid({**job, "protocols": {"lava-multinode": {"roles": roles}}})


def test_test_definitions_have_a_schema_too() -> None:
    inline = copy.deepcopy(BLOCKS["test"][0]["definitions"][2]["repository"])
    assert TEST.is_valid(inline)
    assert not TEST.is_valid({**inline, "runs": {}})
    assert not TEST.is_valid({"metadata": {}})
