"""What the function that performs an action is given."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from pumice.dispatcher.errors import InfrastructureError
from pumice.dispatcher.journal import Journal
from pumice.dispatcher.multinode.group import Group
from pumice.dispatcher.namespaces import Namespace
from pumice.dispatcher.report import Report
from pumice.plan.actions import Action


class Perform(Protocol):
    """Performs an action below another; :mod:`pumice.dispatcher.run` does."""

    async def __call__(self, action: Action, parent: Step) -> None: ...


@dataclass(slots=True)
class Job:
    """The job as a whole.

    ``folder`` is the job's own folder for files, which are gone when it ends; ``journal`` is told
    of what is put elsewhere, before it is; ``lab`` is what dispatcher.yaml says; ``active`` the
    namespace whose actions run now; ``perform`` is set by what executes the plan. ``group`` is
    that of a MultiNode job.
    """

    id: str
    folder: Path
    report: Report
    journal: Journal
    board_environment: Mapping[str, str] = field(default_factory=dict[str, str])
    lab: Mapping[str, Any] = field(default_factory=dict[str, Any])
    perform: Perform = field(init=False)
    namespaces: dict[str, Namespace] = field(default_factory=dict[str, Namespace])
    active: str = ""
    group: Group | None = None

    def namespace(self, name: str) -> Namespace:
        """What actions of this namespace share, made when it is first asked for."""
        if name not in self.namespaces:
            self.namespaces[name] = Namespace(name)
        return self.namespaces[name]

    @property
    def name(self) -> str:
        """The job's name among all that use this host: its id after the lab's prefix."""
        return f"{self.lab.get('prefix') or ''}{self.id}"

    def downloads(self, namespace: str) -> Path:
        """The folder of the files that ``to: downloads`` fetches; it need not be there.

        A namespace's name is any text: what could lead out of the folder is written as ``%XX``.
        """
        return self.folder / "downloads" / quote(namespace, safe="").replace(".", "%2E")


@dataclass(slots=True)
class Step:
    """One action while it is performed.

    ``deadline`` is the loop's time at which it is over. ``extra`` becomes the ``extra`` of its
    result; an action that passes is reported only if it set it. ``keys`` are further keys of
    that record. ``scope`` holds what is to be undone before another attempt, or at the end.
    """

    job: Job
    action: Action
    deadline: float
    scope: AsyncExitStack
    extra: dict[str, Any] | None = None
    keys: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def report(self) -> Report:
        return self.job.report

    @property
    def parameters(self) -> Mapping[str, Any]:
        return self.action.parameters

    @property
    def state(self) -> Namespace:
        """What actions of this namespace share."""
        return self.job.namespace(self.action.namespace)

    @property
    def board(self) -> Namespace:
        """The namespace whose console this action uses: its own, or the one that it names."""
        return self.job.namespace(self.action.connection_namespace or self.action.namespace)

    def time_left(self) -> float:
        """Seconds until the action is over."""
        return self.deadline - asyncio.get_running_loop().time()

    def folder(self, name: str) -> Path:
        """A folder of the job's for this action, made if it is not there."""
        path = self.job.folder / f"{name}-{self.action.level}"
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InfrastructureError(f"cannot make {path}: {error.strerror}") from error
        return path

    def undo(self, callback: Callable[[], Awaitable[object]]) -> None:
        """Call this before another attempt of what surrounds this action, or when the job ends."""
        self.scope.push_async_callback(callback)

    async def perform_children(self) -> None:
        """Perform the children one after the other."""
        for child in self.action.children:
            await self.job.perform(child, self)

    async def perform_child(self, child: Action) -> None:
        """Perform one of the children."""
        await self.job.perform(child, self)

    async def perform_together(self, children: Iterable[Action]) -> None:
        """Perform children at the same time; where some fail, the first of them in order counts.

        The others are then interrupted.
        """
        tasks: list[asyncio.Task[None]] = []
        try:
            async with asyncio.TaskGroup() as group:
                tasks += [group.create_task(self.perform_child(child)) for child in children]
        except ExceptionGroup:
            for task in tasks:
                failure = None if task.cancelled() else task.exception()
                if failure is not None:
                    raise failure from None
            raise
