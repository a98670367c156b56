"""Test definitions: what to install, what to run, how to read its output.

Source of the format: ``Lava-Test Test Definition 1.0``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, cast

from pydantic import Discriminator, Field, Tag, ValidationError, model_validator

from pumice.definitions.blocks import at
from pumice.definitions.keys import Texts
from pumice.formats import yaml
from pumice.formats.errors import InvalidDocument, Path, Problem
from pumice.formats.schema import (
    Section,
    describe,
    findings,
    findings_of,
)
from pumice.formats.yaml import located

FORMAT = "Lava-Test Test Definition 1.0"
DEFAULT_FIXUPS = {"PASS": "pass", "FAIL": "fail", "SKIP": "skip", "UNKNOWN": "unknown"}
"""What the words of a program's output mean, unless ``parse.fixupdict`` says otherwise."""

_VARIABLES = ("params", "parameters")
"""The sections whose keys are a test's own: null is a value there."""

FixedResult = Literal["pass", "fail", "skip", "unknown"]


class Metadata(Section):
    """Who and what for."""

    format: str = FORMAT
    """The name of the format."""

    name: str = Field(min_length=1)
    """What the test is called."""

    description: str = ""
    """What it is for."""

    version: Any = None
    """Its version."""

    environment: Texts = []
    """Where it runs."""

    devices: Texts = []
    """The devices that it is for."""

    maintainer: Texts = []
    """Who looks after it."""

    scope: Texts = []
    """What it tests."""

    os: Texts = []
    """The distributions that it is for."""


class GitRepository(Section):
    """A git repository that the board clones before the test."""

    url: str
    """Its address."""

    branch: str = ""
    """The branch."""

    destination: str = ""
    """The folder that it is cloned into."""


def _repository_kind(value: object) -> str:
    return "address" if isinstance(value, str) else "repository"


AnyRepository = Annotated[
    Annotated[str, Tag("address")] | Annotated[GitRepository, Tag("repository")],
    Discriminator(_repository_kind),
]


class Install(Section):
    """What the board needs first. ``deps_for``: packages by ``deps-DISTRIBUTION``."""

    keys: Texts = []
    """Keys of package sources."""

    sources: Texts = []
    """Sources of packages."""

    deps: Texts = []
    """Packages."""

    deps_for: dict[str, Texts] = Field(default={}, alias="deps-DISTRIBUTION")
    """Packages, by distribution."""

    git_repos: list[AnyRepository] = Field(default=[], alias="git-repos")
    """Repositories that the board clones."""

    steps: list[str | None] = []
    """Commands that run before the test."""

    @model_validator(mode="before")
    @classmethod
    def _gather_distributions(cls, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        keys = cast("Mapping[Any, Any]", value)
        of_one = {key: keys[key] for key in keys if str(key).startswith("deps-")}
        others = {key: keys[key] for key in keys if key not in of_one}
        return {**others, "deps-DISTRIBUTION": of_one} if of_one else others


class Run(Section):
    """The commands, one a step; a step that is null is left out."""

    steps: list[str | None] = []
    """The commands."""


class Parse(Section):
    """How to find results in the output of the steps."""

    pattern: str = ""
    """A regular expression with groups named test_case_id, result, measurement and units."""

    fixupdict: dict[str, FixedResult] = {}
    """What words of the output mean: pass, fail, skip or unknown."""


class TestDefinition(Section):
    """A whole test definition."""

    __test__ = False  # for pytest: the name begins with Test

    metadata: Metadata
    """What the test is."""

    params: dict[str, Any] = {}
    """Variables of the shell, and their defaults."""

    parameters: dict[str, Any] = {}
    """Variables of the shell, and their defaults."""

    install: Install = Install()
    """What the board needs first."""

    run: Run = Run()
    """The commands, step by step."""

    parse: Parse = Parse()
    """How results are found in the output."""

    expected: list[str] = []
    """The cases that must be reported."""

    @property
    def defaults(self) -> dict[str, str]:
        """The parameters' defaults as texts, ``params`` and ``parameters`` together."""
        return {key: as_text(value) for key, value in {**self.params, **self.parameters}.items()}

    @property
    def steps(self) -> list[str]:
        """The steps to run, without those that are null."""
        return [step for step in self.run.steps if step is not None]


def as_text(value: object) -> str:
    """A parameter's value as the shell sees it: null is empty, booleans are true and false."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def parse(definition: str | Mapping[str, Any]) -> TestDefinition:
    """Read a test definition, a text or data that is already read, for running it.

    As LAVA does when it runs one, this needs ``metadata.name`` and the right types, and ignores
    keys that are not known; a key without a value is as good as none. Raises InvalidDocument;
    positions are known only for a text.
    """
    document = yaml.load(definition) if isinstance(definition, str) else None
    data = _given(definition if document is None else document.data)
    try:
        return TestDefinition.model_validate(data, extra="ignore")
    except ValidationError as error:
        problems = [found.problem for found in findings_of(error, TestDefinition, data)]
        raise InvalidDocument(located(problems, document)) from error


def _given(data: object) -> object:
    """The data without keys that have no value, in the whole and in its sections."""
    if not isinstance(data, Mapping):
        return data
    sections = _with_values(cast("Mapping[Any, Any]", data))
    given: dict[Any, Any] = {
        key: _with_values(cast("Mapping[Any, Any]", section))
        if isinstance(section, Mapping) and key not in _VARIABLES
        else section
        for key, section in sections.items()
    }
    return given


def _with_values(section: Mapping[Any, Any]) -> dict[Any, Any]:
    return {key: value for key, value in section.items() if value is not None}


def check(text: str) -> list[Problem]:
    """Everything that is wrong with a test definition: the format's name, keys, types, pattern.

    Raises InvalidDocument where the text is not YAML.
    """
    document = yaml.load(text)
    problems = [found.problem for found in findings(TestDefinition, document.data)]
    problems += format_problems(document.data)
    problems += _pattern_problems(document.data)
    return located(problems, document)


def _pattern_problems(data: object) -> Iterator[Problem]:
    path = ("parse", "pattern")
    pattern = at(data, path)
    if isinstance(pattern, str):
        try:
            re.compile(pattern)
        except (re.error, RecursionError, OverflowError) as error:
            yield Problem(f"this is not a regular expression: {error}", path)


def format_problems(data: object, base: Path = ()) -> list[Problem]:
    """The problem of a test definition that does not name the format, if so; no positions.

    It is apart because neither a submission nor a run asks for the format's name.
    """
    metadata = (
        cast("Mapping[str, Any]", data).get("metadata") if isinstance(data, Mapping) else None
    )
    if not isinstance(metadata, Mapping):
        return []
    found = cast("Mapping[str, Any]", metadata).get("format")
    if found == FORMAT:
        return []
    message = f"the format must be {FORMAT!r}, found {describe(found)}"
    return [Problem(message, (*base, "metadata", "format"))]
