"""Test definitions: reading one to run it, and checking one."""

from __future__ import annotations

import pytest

from pumice.definitions import testdefs
from pumice.formats.errors import InvalidDocument

WHOLE = """
metadata:
  format: Lava-Test Test Definition 1.0
  name: whole
  description: everything
  os: [debian]
  scope: functional
params: {A: 1, B: null}
parameters: {C: true, A: two}
install:
  deps: [curl]
  deps-debian: [jq]
  git-repos: [https://example.com/a.git, {url: https://example.com/b.git, branch: main}]
  steps: [make]
run:
  steps: [./run, null, ./check]
parse:
  pattern: '(?P<test_case_id>.*): (?P<result>.*)'
  fixupdict: {OK: pass, BAD: fail}
expected: [one, two]
"""


def test_a_whole_definition_is_read() -> None:
    read = testdefs.parse(WHOLE)
    assert read.metadata.name == "whole"
    assert read.metadata.scope == ["functional"]
    assert read.defaults == {"A": "two", "B": "", "C": "true"}
    assert read.steps == ["./run", "./check"]
    assert read.parse.fixupdict == {"OK": "pass", "BAD": "fail"}
    assert read.install.deps_for == {"deps-debian": ["jq"]}
    assert read.expected == ["one", "two"]
    assert testdefs.check(WHOLE) == []


def test_running_one_needs_only_its_name() -> None:
    read = testdefs.parse({"metadata": {"name": "bare"}, "colour": "red"})
    assert (read.metadata.name, read.steps, read.defaults) == ("bare", [], {})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", "the key 'metadata' is missing (metadata; line 1, column 1)"),
        ("metadata: {}", "the key 'name' is missing (metadata.name; line 1, column 1)"),
        ("metadata: {name: 5}", "a text is needed, found the number 5 (metadata.name; line 1"),
        ("metadata: {name: a}\nrun: [x]", "a map is needed, found a list (run; line 2, column 1)"),
        ("[]", "a map is needed, found a list"),
        (
            "metadata: {name: a}\nparse: {fixupdict: {OK: passed}}",
            "'fail', 'skip' or 'unknown' is needed, found the text 'passed': did you mean 'pass'?",
        ),
    ],
)
def test_what_cannot_run_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        testdefs.parse(text)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("metadata: {name: a}", "the format must be 'Lava-Test Test Definition 1.0'"),
        ("metadata: {name: a, format: 2}", "the format must be"),
        ("metadata: {name: a}\nrun: {step: [x]}", "unknown key 'step': did you mean 'steps'?"),
        ("metadata: {name: a}\ninstall: {dep: [x]}", "unknown key 'dep': did you mean 'deps'?"),
        (
            "metadata: {name: a}\ninstall:\n  deps-x: {}",
            "found a map (install.deps-x; line 3, column 3)",
        ),
        (
            "metadata: {name: a}\nparse:\n  pattern: '(?P<a'",
            "this is not a regular expression: missing >, unterminated name at position 4"
            " (parse.pattern; line 3, column 3)",
        ),
    ],
)
def test_a_check_also_reports_what_a_run_ignores(text: str, message: str) -> None:
    assert any(message in str(problem) for problem in testdefs.check(text))
