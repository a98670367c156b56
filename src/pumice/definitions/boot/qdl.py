"""``method: qdl``: qdl makes the board boot."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pumice.definitions import parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import BootAction, Docker, Texts
from pumice.plan.actions import Action

NAME = "qdl"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["qdl"]
    firehose_program: str = Field(min_length=1)
    """The programmer's file."""

    rawprogram: Texts
    """Files that say what is written where."""

    patch: Texts = []
    """Files that say what is changed afterwards."""

    path: str = ""
    """The folder of the files in the archive."""

    storage: str = ""
    """The board's kind of storage."""

    debug: bool = False
    """Whether qdl says more."""

    docker: Docker | None = None
    """The container with qdl."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``boot-qdl-retry``. Raises InvalidDocument."""
    start = parts.act(
        block,
        "boot-qdl",
        program=keys.firehose_program,
        rawprogram=keys.rawprogram,
        patch=keys.patch,
        path=keys.path,
        storage=keys.storage,
        debug=keys.debug,
        docker=keys.docker.model_dump() if keys.docker else None,
    )
    return parts.retried(
        block, "boot-qdl-retry", parts.connect(block), parts.reset(block), start, outermost=True
    )
