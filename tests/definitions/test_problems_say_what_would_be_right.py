"""Every problem at once, each with its place, what was found and what would be right."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from pumice.definitions import jobs, methods
from pumice.formats.errors import InvalidDocument, Path

Change = Callable[[dict[Path, Any]], str]


def problems_of(text: str) -> list[str]:
    with pytest.raises(InvalidDocument) as caught:
        jobs.parse(text)
    return [str(problem) for problem in caught.value.problems]


BOOT: Path = ("actions", 1, "boot")
ENTRY: Path = ("actions", 2, "test", "definitions", 0)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({("job_name",): ...}, "the key 'job_name' is missing (job_name; line 1, column 1)"),
        ({("job_name",): 5}, "a text is needed, found the number 5 (job_name; line 1, column 1)"),
        ({("job_name",): ""}, "a text of 1 or more characters is needed, found the text ''"),
        ({("job_name",): "x" * 201}, "a text of 200 or fewer characters is needed"),
        ({("device_typ",): "x"}, "unknown key 'device_typ': did you mean 'device_type'?"),
        ({("visibility",): "pubic"}, "'public' or 'personal' is needed, found the text 'pubic'"),
        ({("visibility",): {"groups": ["a"]}}, "unknown key 'groups': did you mean 'group'?"),
        ({("priority",): "hgih"}, "found the text 'hgih': did you mean 'high'?"),
        ({("priority",): True}, "low, medium, high or a number from 0 to 100 is needed"),
        ({("timeouts",): {}}, "the key 'job' is missing (timeouts.job; line"),
        ({("timeouts", "job"): {"minute": 1}}, "unknown key 'minute': did you mean 'minutes'?"),
        ({("timeouts", "job"): {"minutes": "5"}}, "a number is needed, found the text '5'"),
        ({("timeouts", "job"): None}, "a map is needed, found nothing (null)"),
        ({("context", "no_kwm"): 1}, "unknown context key 'no_kwm': did you mean 'no_kvm'?"),
        ({("tags",): "one"}, "a list is needed, found the text 'one'"),
        ({("actions",): []}, "1 or more entries are needed, found a list"),
        ({("actions", 0): 5}, "a map is needed, found the number 5 (actions[0]; line"),
        ({("actions", 0): {"deplyo": {}}}, "unknown action 'deplyo': did you mean 'deploy'?"),
        ({BOOT: None}, "a map is needed, found nothing (null) (actions[1].boot; line"),
        ({(*BOOT, "method"): ...}, "the key 'method' is missing (actions[1].boot"),
        ({(*BOOT, "method"): 3}, "a text is needed, found the number 3 (actions[1].boot.method"),
        ({(*BOOT, "method"): "qmeu"}, "unknown boot method 'qmeu' (did you mean 'qemu'?)"),
        ({(*BOOT, "prompts"): 3}, "a text or a list of texts is needed, found the number 3"),
        ({(*BOOT, "prompts"): ["x", 3]}, "found the number 3 (actions[1].boot.prompts[1]; line"),
        (
            {(*BOOT, "auto_login"): {"username": "root"}},
            "the key 'login_prompt' is missing (actions[1].boot.auto_login.login_prompt; line",
        ),
        (
            {(*BOOT, "auto_login", "password"): "x"},
            "'password' needs 'password_prompt' beside it (actions[1].boot.auto_login; line",
        ),
        ({(*BOOT, "failure_retry"): 0}, "a number of 1 or more is needed, found the number 0"),
        (
            {(*BOOT, "repeat"): 2, (*BOOT, "failure_retry"): 2},
            "'repeat' and 'failure_retry' exclude each other",
        ),
        ({(*BOOT, "namespace"): "common"}, "the namespace 'common' is taken by the dispatcher"),
        (
            {(*BOOT, "namespace"): "dut"},
            "the key 'namespace' is missing: if one action has it, all must (actions[0].deploy",
        ),
        ({("actions", 0, "deploy", "images"): {}}, "1 or more"),
        (
            {("actions", 0, "deploy", "images", "kernel", "sha256sum"): "abc"},
            "a text that matches ^[0-9a-fA-F]{64}$ is needed",
        ),
        (
            {("actions", 0, "deploy", "images", "kernel", "compression"): "gzip"},
            "found the text 'gzip': did you mean 'gz'?",
        ),
        ({(*ENTRY, "from"): "inlne"}, "found the text 'inlne': did you mean 'inline'?"),
        ({(*ENTRY, "path"): ...}, "the key 'path' is missing (actions[2].test.definitions[0]"),
        ({(*ENTRY, "name"): "lava"}, "the name 'lava' is taken"),
        ({(*ENTRY, "repository", "metadata", "name"): ...}, "repository.metadata.name; line"),
        (
            {(*ENTRY, "repository", "run", "steps"): ["a", 5]},
            "a text is needed, found the number 5",
        ),
        ({("actions", 2, "test"): {"name": "x"}}, "a test needs one of definitions"),
        (
            {("actions", 2, "test", "monitors"): []},
            "a test is of one kind only: found definitions and monitors",
        ),
        (
            {("notify",): {"criteria": {"status": "finished", "type": "regression"}}},
            "'type' is possible only with the status complete or incomplete",
        ),
    ],
)
def test_a_problem_names_what_was_found_and_what_would_be_right(
    job_with: Change, changes: dict[Path, Any], message: str
) -> None:
    found = problems_of(job_with(changes))
    assert any(message in problem for problem in found), found


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {("device_type",): ..., ("device_typ",): "qemu"},
            "the key 'device_type' is missing: is it what 'device_typ' means?",
        ),
        (
            {(*ENTRY, "path"): ..., (*ENTRY, "pth"): "a"},
            "the key 'path' is missing: is it what 'pth' means?",
        ),
        (
            {("timeouts", "job"): {"minute": 5}},
            "no unit of time, found 'minute': did you mean 'minutes'?",
        ),
    ],
)
def test_a_misspelt_key_is_named_where_unknown_ones_may_stand(
    job_with: Change, changes: dict[Path, Any], message: str
) -> None:
    found = [problem.message for problem in jobs.check(job_with(changes))]
    assert message in found


def test_all_problems_are_reported_at_once_in_the_order_of_the_document() -> None:
    found = problems_of("""\
visibilty: public
job_name: 5
timeouts:
  job: {minute: 5}
actions:
- deploy: {to: usb, device: stick, timeout: {second: 1}}
- boot: {method: qemu, prompts: 5, timeout: {minutes: soon}}
""")
    runs = ", ".join(methods.names("deploy"))
    assert [problem.split(" (")[0] for problem in found] == [
        "the key 'device_type' is missing",
        "the key 'visibility' is missing: is it what 'visibilty' means?",
        "unknown key 'visibilty': did you mean 'visibility'?",
        "a text is needed, found the number 5",
        "unknown key 'minute': did you mean 'minutes'?",
        f"this version of Pumice does not run the deploy method 'usb': it runs {runs}",
        "unknown key 'second': did you mean 'seconds'?",
        "a text or a list of texts is needed, found the number 5",
        "a number is needed, found the text 'soon'",
    ]
    assert all("line " in problem for problem in found)


def test_two_definitions_of_a_namespace_need_two_names(job_with: Change) -> None:
    entry: dict[str, Any] = {
        "from": "inline",
        "name": "smoke",
        "path": "p",
        "repository": {"metadata": {}},
    }
    text = job_with({("actions", 2, "test", "definitions"): [entry, entry]})
    assert any("the name 'smoke' is taken by an earlier" in found for found in problems_of(text))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a job definition is a map of keys, found nothing (null)"),
        ("- a\n", "a job definition is a map of keys, found a list (line 1, column 1)"),
        ("5", "a job definition is a map of keys, found the number 5"),
        ("a: 'b", "not valid YAML"),
        ("a: 1\na: 2", "the key 'a' stands twice in this map"),
        ("a\x00b", "the character U+0000 is not allowed"),
    ],
)
def test_what_is_no_map_is_refused(text: str, message: str) -> None:
    assert message in problems_of(text)[0]
    assert message in str(jobs.check(text)[0])


def test_a_definition_full_of_mistakes_is_refused_soon_and_in_few_words() -> None:
    context = "".join(f"  key{number}: 1.5\n" for number in range(20_000))
    started = time.process_time()
    found = problems_of(f"job_name: x\ncontext:\n{context}")
    assert time.process_time() - started < 2.0
    assert len(found) == jobs.MAX_PROBLEMS + 1
    assert found[-1] == "there are more problems than these"


def test_a_key_that_is_no_text_is_named_too(job_with: Change) -> None:
    found = problems_of(job_with({("context",): {None: 1, 1.5: 2}}))
    assert any("context[None]" in problem for problem in found)
    assert any("context[1.5]" in problem for problem in found)
