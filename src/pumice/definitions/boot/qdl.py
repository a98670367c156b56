"""``method: qdl``: qdl makes the board boot."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pumice.definitions.keys import BootAction, Docker, Texts

NAME = "qdl"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["qdl"]
    firehose_program: str = Field(min_length=1)
    rawprogram: Texts
    patch: Texts = []
    path: str = ""
    storage: str = ""
    debug: bool = False
    docker: Docker | None = None
