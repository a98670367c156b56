"""From a job and a device to a plan: each method plans its own part.

The definition need not have passed the submission gate: what the parts need is checked here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol, TypeVar, cast, get_args

from pydantic import ValidationError

from pumice.definitions import calls, command, methods, multinode, offers, parts
from pumice.definitions.blocks import (
    Block,
    Host,
    PlannedTest,
    Subject,
    as_map,
    each_seconds,
    seconds,
)
from pumice.definitions.keys import Action as Keys
from pumice.definitions.methods import Kind
from pumice.formats.errors import InvalidDocument, Problem
from pumice.formats.schema import UNKNOWN_KEY, findings
from pumice.plan.actions import COMMON, Action, Plan
from pumice.plan.timeouts import Rules, Timeouts, settle
from pumice.wire.states import ErrorType

Model = TypeVar("Model", bound=Keys)
KINDS: tuple[str, ...] = (*get_args(Kind), "command")


class Planned(Protocol):
    """What a method's module offers to planning, beside its keys."""

    def plan(self, keys: Any, block: Block) -> Action:
        """The method's part of the plan, without levels and timeouts.

        Raises InvalidDocument for what this version cannot do.
        """
        ...


def plan(
    job: Mapping[str, Any],
    device: Mapping[str, Any],
    *,
    job_id: str,
    board_environment: Mapping[str, str] | None = None,
    host: Host | None = None,
) -> Plan:
    """Make the plan of a job on a device, both as plain data.

    ``board_environment`` are the variables that every board gets (env-dut.yaml), ``host`` is
    what boards learn of the worker. What can be planned and not be run is in the plan's
    ``obstacles``. Raises InvalidDocument with the problems of every action and the obstacles,
    each with its path in the job.
    """
    subject = Subject(job_id, job, device, board_environment or {}, host or Host())
    obstacles: list[Problem] = []
    for name in as_map(job.get("protocols")):
        if name != multinode.PROTOCOL:
            message = f"this version of Pumice does not run the protocol {name!r}"
            obstacles.append(Problem(message, ("protocols", name)))
    multinode.membership(job)
    timeouts = as_map(job.get("timeouts"))
    if "job" not in timeouts:
        raise InvalidDocument.because("the key 'job' is missing", ("timeouts",))
    rules = Rules(job=_of_job(timeouts), device=_of_device(device))
    problems: list[Problem] = []
    actions: list[Action] = []
    for block in _blocks(subject):
        try:
            actions.append(_settled(block, len(actions) + 1, rules))
        except InvalidDocument as error:
            problems += error.problems
        obstacles += block.obstacles
    if problems:
        raise InvalidDocument(dict.fromkeys([*problems, *obstacles]))
    last = settle(_finalize(device), str(len(actions) + 1), rules)
    return Plan(
        (*actions, last),
        seconds(timeouts["job"], ("timeouts", "job")),
        tuple(dict.fromkeys(obstacles)),
    )


def _settled(block: Block, number: int, rules: Rules) -> Action:
    own = Rules(rules.job, rules.device, block.timeouts())
    return settle(calls.before(block, _plan(block)), str(number), own)


def _plan(block: Block) -> Action:
    if block.kind == "command":
        _validate(command.Keys, block)
        return command.plan(_keys(command.Keys, block), block)
    name = _method(block)
    kind = cast("Kind", block.kind)
    method = methods.known(kind, name)
    if method is None:
        raise block.wrong(methods.refusal(kind, name), *_choice(kind))
    if not method.RUNS:
        block.cannot(methods.refusal(kind, name), *_choice(kind))
    offers.check(block, name)
    _validate(method.Keys, block)
    for key in method.NOT_RUN:
        if key in block.data:
            block.cannot(f"this version of Pumice does not act on {key!r}", key)
    return cast("Planned", method).plan(_keys(method.Keys, block), block)


def _choice(kind: Kind) -> tuple[str, ...]:
    """The key that names the method."""
    return {"deploy": ("to",), "boot": ("method",), "test": ()}[kind]


def _validate(model: type[Keys], block: Block) -> None:
    """Raise InvalidDocument for keys that are wrong, other than unknown ones."""
    found = findings(model, block.data, block.path)
    problems = [finding.problem for finding in found if finding.kind != UNKNOWN_KEY]
    if block.data.get("repeat") and block.data.get("failure_retry"):
        problems.append(Problem("'repeat' and 'failure_retry' exclude each other", block.path))
    if problems:
        raise InvalidDocument(problems)


def _keys(model: type[Model], block: Block) -> Model:
    try:
        return model.model_validate(block.data, extra="ignore")
    except ValidationError as error:
        raise block.wrong(str(error)) from error


def _method(block: Block) -> str:
    """The name of the block's method, or of its kind of test."""
    if block.kind == "test":
        kinds = [kind for kind in methods.KNOWN["test"] if kind in block.data]
        if not kinds:
            raise block.wrong(f"a test has one of {', '.join(methods.KNOWN['test'])}")
        return "docker" if "docker" in kinds else kinds[0]
    key = "to" if block.kind == "deploy" else "method"
    name = block.data.get(key)
    if not isinstance(name, str):
        raise block.wrong(f"the key {key!r} is missing or not a text")
    return name


def _blocks(subject: Subject) -> Iterator[Block]:
    """The job's actions in order. Raises InvalidDocument."""
    found: list[tuple[str, int, Mapping[str, Any]]] = []
    entries = subject.job.get("actions")
    if not isinstance(entries, list) or not entries:
        raise InvalidDocument.because("a list of actions is needed", ("actions",))
    for index, entry in enumerate(cast("list[Any]", entries)):
        if not as_map(entry):
            raise InvalidDocument.because(
                f"an action is a map with one of {', '.join(KINDS)}", ("actions", index)
            )
        for kind, data in as_map(entry).items():
            if kind not in KINDS or not isinstance(data, Mapping):
                raise InvalidDocument.because(
                    f"the actions are {', '.join(KINDS)}, each a map",
                    ("actions", index, str(kind)),
                )
            found.append((kind, index, cast("Mapping[str, Any]", data)))
    tests = _tests(found)
    for kind, index, data in found:
        namespace = str(data.get("namespace") or COMMON)
        yield Block(subject, kind, index, data, tuple(tests.get(namespace, ())))


def _tests(found: list[tuple[str, int, Mapping[str, Any]]]) -> dict[str, list[PlannedTest]]:
    """The test definitions of each namespace, numbered."""
    tests: dict[str, list[PlannedTest]] = {}
    stages: dict[str, int] = {}
    for kind, index, data in found:
        entries = data.get("definitions")
        if kind != "test" or not isinstance(entries, list):
            continue
        namespace = str(data.get("namespace") or COMMON)
        stage = stages.get(namespace, 0)
        stages[namespace] = stage + 1
        own = tests.setdefault(namespace, [])
        for place, entry in enumerate(cast("list[Any]", entries)):
            path = ("actions", index, "test", "definitions", place)
            name = as_map(entry).get("name")
            if any(test.entry.get("name") == name for test in own):
                raise InvalidDocument.because(
                    f"the name {name!r} is used twice in the namespace {namespace!r}",
                    (*path, "name"),
                )
            own.append(PlannedTest(stage, len(own), as_map(entry), path))
    return tests


def _of_job(timeouts: Mapping[str, Any]) -> Timeouts:
    action, connection = timeouts.get("action"), timeouts.get("connection")
    return Timeouts(
        action=None if action is None else seconds(action, ("timeouts", "action")),
        actions=each_seconds(timeouts.get("actions"), ("timeouts", "actions")),
        connection=None if connection is None else seconds(connection, ("timeouts", "connection")),
        connections=each_seconds(timeouts.get("connections"), ("timeouts", "connections")),
    )


def _of_device(device: Mapping[str, Any]) -> Timeouts:
    timeouts = as_map(device.get("timeouts"))
    return Timeouts(
        actions=each_seconds(timeouts.get("actions"), ("timeouts", "actions")),
        connections=each_seconds(timeouts.get("connections"), ("timeouts", "connections")),
    )


def _finalize(device: Mapping[str, Any]) -> Action:
    def action(
        name: str, description: str, runner: str, *children: Action, **parameters: Any
    ) -> Action:
        return Action(
            name=name,
            description=description,
            summary=description,
            runner=runner,
            parameters=parameters,
            children=children,
            timeout_error=ErrorType.INFRASTRUCTURE,
        )

    return action(
        "finalize",
        "finish the process and cleanup",
        "",
        action(
            "power-off",
            "make sure that the board is off",
            "pumice.dispatcher.power:off",
            commands=parts.texts(as_map(device.get("commands")).get("power_off")),
        ),
        action(
            "read-feedback",
            "log what the consoles still have to say",
            "pumice.dispatcher.power:read_rest",
        ),
    )
