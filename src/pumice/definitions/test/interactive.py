"""``interactive``: commands that are typed at a prompt, such as a bootloader's, with answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal, Self, cast

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from pumice.definitions import parts
from pumice.definitions.blocks import Block, as_list, as_map
from pumice.definitions.keys import Action
from pumice.formats.schema import Section, describe, wrong
from pumice.plan import actions as planned

NAME = "interactive"
RUNS = True
NOT_RUN: tuple[str, ...] = ()

_MULTINODE = {"send", "sync", "wait", "wait_all"}


def _message(value: object) -> object:
    if not isinstance(value, str | dict):
        raise wrong(f"a text or a map is needed, found {describe(value)}")
    return cast("object", value)


Message = Annotated[Any, BeforeValidator(_message), WithJsonSchema({"type": ["string", "object"]})]


class Success(Section):
    """An answer that is right."""

    message: str
    """A regular expression that the answer matches."""


class Failure(Section):
    """An answer that is wrong; with ``exception`` it ends the job, with ``error`` as message."""

    message: str
    """A regular expression that the answer matches."""

    exception: Literal["InfrastructureError", "JobError", "TestError"] | None = None
    """Ends the job with an error of this type."""

    error: str = ""
    """What the error says."""


class Line(Section):
    """Something to type, to wait for, or to tell the other roles of a MultiNode job."""

    command: str | None = None
    """What is typed; null waits only."""

    delay: int = Field(default=0, ge=0)
    """Seconds to wait before."""

    name: str = ""
    """The case that gets the result."""

    wait_for_prompt: bool = True
    """Whether a prompt is waited for before it is typed."""

    successes: list[Success] = []
    """Answers that are right."""

    failures: list[Failure] = []
    """Answers that are wrong."""

    send: Message = Field(default="", alias="lava-send")
    """Send a message to other roles."""

    sync: Message = Field(default="", alias="lava-sync")
    """Wait until all roles are here."""

    wait: Message = Field(default="", alias="lava-wait")
    """Wait for a message of another role."""

    wait_all: Message = Field(default="", alias="lava-wait-all")
    """Wait for the message of all roles."""

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if not self.model_fields_set & {"command", "delay", "send", "sync", "wait", "wait_all"}:
            raise wrong("one of command, delay, lava-send, lava-sync, lava-wait is needed")
        return self


class Script(Section):
    """Lines, and the prompts that they are typed at."""

    name: str = Field(min_length=1)
    """The name of the suite."""

    prompts: list[str] = Field(min_length=1)
    """Regular expressions of the prompts."""

    echo: Literal["discard"] | None = None
    """What the board echoes is left out."""

    expected: list[str] = []
    """The cases that must be reported."""

    script: list[Line]
    """What is typed and waited for, in turn."""


class Keys(Action):
    """The keys of the action."""

    interactive: list[Script] = Field(min_length=1)
    """Scripts, in the order in which they run."""


def plan(keys: Keys, block: Block) -> planned.Action:
    """The action ``lava-test-interactive-retry``."""
    for number, script in enumerate(keys.interactive):
        for place, line in enumerate(script.script):
            for name in _MULTINODE & line.model_fields_set:
                block.cannot(
                    "this version of Pumice does not run MultiNode jobs",
                    *("interactive", number, "script", place),
                    f"lava-{name.replace('_', '-')}",
                )
    test = parts.act(
        block,
        "lava-test-interactive",
        runner="test.interactive:run",
        check="test.interactive:patterns_are_right",
        scripts=[_script(script) for script in keys.interactive],
        stage=_stage(block),
        values={"SERVER_IP": block.subject.host.address, "JOB_ID": block.subject.job_id},
        delay=block.subject.delay("test"),
    )
    made = parts.retried(block, "lava-test-interactive-retry", test, outermost=True)
    return replace(made, skip_timeout=keys.timeout.skip)


def _script(script: Script) -> dict[str, Any]:
    """The script as plain data; of each line, whether something is typed or waited for."""
    lines = [
        {**line.model_dump(), "waits": "command" in line.model_fields_set} for line in script.script
    ]
    return {**script.model_dump(exclude={"script"}), "script": lines}


def _stage(block: Block) -> int:
    """How many test actions the namespace has before this one."""
    entries = as_list(block.subject.job.get("actions"))[: block.index]
    tests = [as_map(as_map(entry).get("test")) for entry in entries]
    names = [str(test.get("namespace") or planned.COMMON) for test in tests if test]
    return names.count(block.namespace)
