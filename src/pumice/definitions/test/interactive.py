"""``interactive``: commands that are typed at a prompt, such as a bootloader's, with answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal, Self, cast

from pydantic import BeforeValidator, Field, model_validator

from pumice.definitions import multinode, parts
from pumice.definitions.blocks import Block, as_list, as_map
from pumice.definitions.keys import Action
from pumice.formats.schema import Section, describe, wrong
from pumice.plan import actions as planned

NAME = "interactive"
RUNS = True
NOT_RUN: tuple[str, ...] = ()

_CALLS = {
    "send": "lava-send",
    "sync": "lava-sync",
    "wait": "lava-wait",
    "wait_all": "lava-wait-all",
}


def _message(value: object) -> object:
    """A text or a map, as a map: a text holds the message's name, then what else it says."""
    if isinstance(value, Mapping):
        return cast("object", value)
    if not isinstance(value, str) or not value.split():
        raise wrong(f"a message's name or a map is needed, found {describe(value)}")
    name, *rest = value.split()
    pairs = [word.partition("=") for word in rest]
    return {
        "messageID": name,
        "message": {key: text for key, equals, text in pairs if equals},
        "role": next((key for key, equals, _ in pairs if not equals), ""),
    }


class Message(Section):
    """A message: ``ID KEY=VALUE...`` as a text, or a map."""

    message_id: str = Field(min_length=1, alias="messageID")
    """Its name."""

    message: dict[str, Any] = {}
    """What it says; only what is sent says something."""

    role: str = ""
    """With lava-wait-all: only the messages of this role are waited for."""


Sent = Annotated[
    Message | None, BeforeValidator(_message, json_schema_input_type=str | dict[str, Any])
]


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

    send: Sent = Field(default=None, alias="lava-send")
    """Send a message to the other jobs, ``ID KEY=VALUE...``."""

    sync: Sent = Field(default=None, alias="lava-sync")
    """Wait until all jobs are here."""

    wait: Sent = Field(default=None, alias="lava-wait")
    """Wait for a message; later commands know its values by ``{KEY}``."""

    wait_all: Sent = Field(default=None, alias="lava-wait-all")
    """Wait for the messages of all jobs, or of those of a role, ``ID ROLE``."""

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if not self.model_fields_set & {"command", "delay", *_CALLS}:
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
    if multinode.membership(block.subject.job) is None:
        for number, script in enumerate(keys.interactive):
            for place, line in enumerate(script.script):
                for name in set(_CALLS) & line.model_fields_set:
                    raise block.wrong(
                        "only a job of a MultiNode group can call the others",
                        *("interactive", number, "script", place, _CALLS[name]),
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
    """The script as plain data; of each line, whether something is typed or waited for, and
    its calls to the other jobs."""
    lines = [
        {
            **line.model_dump(exclude=set(_CALLS)),
            "waits": "command" in line.model_fields_set,
            "calls": [
                {"request": request, **message.model_dump()}
                for name, request in _CALLS.items()
                if (message := getattr(line, name)) is not None
            ],
        }
        for line in script.script
    ]
    return {**script.model_dump(exclude={"script"}), "script": lines}


def _stage(block: Block) -> int:
    """How many test actions the namespace has before this one."""
    entries = as_list(block.subject.job.get("actions"))[: block.index]
    tests = [as_map(as_map(entry).get("test")) for entry in entries]
    names = [str(test.get("namespace") or planned.COMMON) for test in tests if test]
    return names.count(block.namespace)
