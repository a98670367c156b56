"""Feedback: what the boards of other namespaces say while the actions of one run.

Every console is read all the time, and its lines are in the log as they come. What is left for
the asking is half a line, whose end has not come.
"""

from __future__ import annotations

from pumice.dispatcher.step import Step


async def read(step: Step) -> None:
    """Log what the other boards have begun to say."""
    for state in step.job.namespaces.values():
        if state is not step.board and state.console is not None:
            state.console.flush()


def read_from(step: Step, namespace: str) -> None:
    """The same of one namespace; a warning where that has no board."""
    state = step.job.namespaces.get(namespace)
    if state is None or state.console is None:
        with_board = [s.name for s in step.job.namespaces.values() if s.console is not None]
        step.report.warning(
            f"there is no board in the namespace {namespace!r} to hear: there are "
            f"{', '.join(with_board)}"
        )
        return
    state.console.flush()
