"""``definitions``: test definitions that run in the board's own shell."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

from pydantic import Discriminator, Field, GetJsonSchemaHandler, Tag
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from pumice.definitions import overlays
from pumice.definitions.blocks import Block
from pumice.definitions.keys import Action, Compression
from pumice.definitions.testdefs import TestDefinition
from pumice.formats.schema import Section
from pumice.plan import actions as planned
from pumice.wire.states import ErrorType

NAME = "definitions"
RUNS = True
NOT_RUN: tuple[str, ...] = ()


class Entry(Section):
    """What every entry of the list says, wherever its test definition is from."""

    path: str = Field(min_length=1)
    """The test definition's place in the repository."""

    name: str = Field(min_length=1)
    """The name of the suite."""

    signal: Literal["kmsg", "stdout"] = Field(default="stdout", alias="lava-signal")
    """Where the tests write their signals."""

    expected: list[str] = []
    """The cases that must be reported."""

    skip_install: list[Literal["keys", "sources", "deps", "steps", "git-repos", "all"]] = []
    """Parts of install to leave out."""

    params: dict[str, Any] = {}
    """Values that win over the test definition's own."""

    parameters: dict[str, Any] = {}
    """Values that win over the test definition's own."""


class Inline(Entry):
    """The test definition stands in the job."""

    source: Literal["inline"] = Field(alias="from")
    """The test definition stands in the job."""

    repository: TestDefinition
    """The test definition."""


class Git(Entry):
    """The test definition is a file of a git repository."""

    source: Literal["git"] = Field(alias="from")
    """The test definition is in a git repository."""

    repository: str = Field(min_length=1)
    """The repository's address."""

    branch: str = ""
    """The branch."""

    revision: str = ""
    """The commit."""

    history: bool = True
    """Whether the history stays in the repository."""

    recursive: bool = False
    """Whether its submodules are fetched too."""

    shallow: bool = True
    """Fetch only what is needed of the history."""


class Url(Entry):
    """The test definition is a file of a tar archive."""

    source: Literal["url"] = Field(alias="from")
    """The test definition is in a tar archive."""

    repository: str = Field(min_length=1)
    """The archive's address."""

    compression: Compression | None = None
    """How the file is compressed."""

    strip_components: int = Field(default=0, ge=0, alias="strip-components")
    """How many leading folders of the paths in the archive are left out."""

    headers: dict[str, str] = {}
    """HTTP headers, by name."""


class Elsewhere(Entry):
    """``from`` is missing or names no source that there is."""

    source: Literal["inline", "git", "url"] = Field(alias="from")
    """Where the test definition is."""

    repository: Any
    """The test definition, or its address."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"not": {}}  # nothing valid is of this kind


def _source(value: object) -> str:
    source = cast("dict[str, Any]", value).get("from") if isinstance(value, dict) else None
    return source if source in ("inline", "git", "url") else "elsewhere"


AnyEntry = Annotated[
    Annotated[Inline, Tag("inline")]
    | Annotated[Git, Tag("git")]
    | Annotated[Url, Tag("url")]
    | Annotated[Elsewhere, Tag("elsewhere")],
    Discriminator(_source),
]


class Keys(Action):
    """The keys of the action."""

    definitions: list[AnyEntry] = Field(min_length=1)
    """The test definitions, in the order in which they run."""


def plan(keys: Keys, block: Block) -> planned.Action:
    """The action ``lava-test-retry``. Raises InvalidDocument."""
    own = [test for test in block.tests if test.path[: len(block.path)] == block.path]
    shell = planned.Action(
        name="lava-test-shell",
        description="run the test definitions in the board's shell",
        summary="Lava Test Shell",
        runner="pumice.dispatcher.test.definitions:run",
        namespace=block.namespace,
        connection_namespace=block.connection_namespace,
        parameters={
            "stage": own[0].stage,
            "runs": [test.run for test in own],
            "root": overlays.results_dir(block),
            "shell": overlays.shell(block),
            "delay": block.subject.delay("test"),
        },
        timeout_error=ErrorType.TEST,
    )
    return planned.Action(
        name="lava-test-retry",
        description="run the test definitions, again where that fails",
        summary="retry support for Lava Test Shell",
        namespace=block.namespace,
        connection_namespace=block.connection_namespace,
        children=(shell,),
        retry=block.retry(outermost=True),
        timeout_error=ErrorType.TEST,
        skip_timeout=keys.timeout.skip,
    )
