"""Generated jobs: a valid one passes every door, a changed one fails with a path or passes."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pumice.definitions import jobs
from pumice.definitions.toplevel import CONTEXT_KEYS
from pumice.formats import yaml
from pumice.formats.errors import InvalidDocument, Path

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
WORD = st.text("abcdefgh0123456789-_", min_size=1, max_size=8).filter(lambda word: word != "lava")
TIMEOUT = st.fixed_dictionaries({"seconds": st.integers(1, 60)}) | st.fixed_dictionaries(
    {"minutes": st.just(1)}
)
COMMON: dict[str, Any] = {
    "timeout": TIMEOUT,
    "timeouts": st.dictionaries(st.sampled_from(["login-action", "execute-qemu"]), TIMEOUT),
    "failure_retry": st.integers(1, 5),
}
IMAGE = st.fixed_dictionaries(
    {"url": st.sampled_from(["http://example.com/a.gz", "file:///tmp/b"])},
    optional={
        "image_arg": TEXT,
        "compression": st.sampled_from(["gz", "xz", None]),
        "sha256sum": st.just("0" * 64),
        "headers": st.dictionaries(WORD, TEXT, max_size=2),
    },
)
DEPLOY = st.fixed_dictionaries(
    {"to": st.just("tmpfs"), "images": st.dictionaries(WORD, IMAGE, min_size=1, max_size=3)},
    optional={**COMMON, "os": st.sampled_from(["debian", "oe"])},
)
LOGIN = st.fixed_dictionaries(
    {"login_prompt": TEXT, "username": TEXT},
    optional={"login_commands": st.lists(TEXT, max_size=2)},
)
BOOT = st.fixed_dictionaries(
    {"method": st.just("qemu"), "prompts": TEXT | st.lists(TEXT, max_size=3)},
    optional={**COMMON, "media": st.just("tmpfs"), "auto_login": LOGIN},
)
DEFINITION = st.fixed_dictionaries(
    {
        "metadata": st.fixed_dictionaries(
            {"format": st.just("Lava-Test Test Definition 1.0"), "name": TEXT}
        ),
        "run": st.fixed_dictionaries({"steps": st.lists(TEXT | st.none(), max_size=3)}),
    },
    optional={"params": st.dictionaries(WORD, TEXT | st.integers()), "expected": st.lists(TEXT)},
)
ENTRY = st.fixed_dictionaries(
    {
        "from": st.just("inline"),
        "name": WORD,
        "path": TEXT,
        "repository": DEFINITION,
    },
    optional={"parameters": st.dictionaries(WORD, TEXT | st.booleans(), max_size=2)},
)
TEST = st.fixed_dictionaries(
    {
        "definitions": st.lists(
            ENTRY, min_size=1, max_size=2, unique_by=lambda entry: str(entry["name"])
        )
    },
    optional=COMMON,
)
VALUE = st.integers(-9, 9) | TEXT | st.booleans()
JOB = st.fixed_dictionaries(
    {
        "job_name": TEXT,
        "device_type": st.just("qemu"),
        "visibility": st.sampled_from(["public", "personal", {"group": ["lab"]}]),
        "timeouts": st.fixed_dictionaries(
            {"job": st.fixed_dictionaries({"hours": st.integers(1, 9)})},
            optional={"action": TIMEOUT, "connection": TIMEOUT, "queue": TIMEOUT},
        ),
        "actions": st.tuples(
            st.fixed_dictionaries({"deploy": DEPLOY}),
            st.fixed_dictionaries({"boot": BOOT}),
            st.fixed_dictionaries({"test": TEST}),
        ).map(list),
    },
    optional={
        "priority": st.sampled_from(["low", "medium", "high"]) | st.integers(0, 100),
        "context": st.dictionaries(
            st.sampled_from(sorted(CONTEXT_KEYS)), VALUE | st.lists(VALUE, max_size=2), max_size=3
        ),
        "metadata": st.dictionaries(TEXT, VALUE, max_size=3),
        "tags": st.lists(WORD, max_size=2),
        "secrets": st.dictionaries(WORD, TEXT, max_size=2),
    },
)
JUNK = st.sampled_from(
    [None, 5, -1, 1.5, True, "x", "", [], {}, [None], {"x": 1}, {1: 2}, {None: 1}, {1.5: {}}, [[]]]
)
FEWER = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
)


@FEWER
@given(JOB)
def test_a_valid_job_passes_every_door_and_survives_dump_and_load(job: dict[str, Any]) -> None:
    text = yaml.dump(job)
    parsed = jobs.parse(text)
    assert jobs.check(text, strict=True) == []
    assert jobs.check(text) == []
    assert parsed.data == job
    assert jobs.parse(parsed.text()) == parsed


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
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
    here: Any = changed
    for part in parents:
        here = here[part]
    here[last] = junk
    text = yaml.dump(changed)
    try:
        assert jobs.parse(text).data == changed
    except InvalidDocument as error:
        for problem in error.problems:
            assert problem.line is not None
            assert problem.message
            assert problem.path
    for problem in (*jobs.check(text), *jobs.check(text, strict=True)):
        assert problem.line is not None
        assert problem.path
