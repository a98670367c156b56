"""``method: musca``: a Musca board starts the program that was copied to it."""

from __future__ import annotations

from typing import Literal

from pumice.definitions.keys import BootAction, Texts

NAME = "musca"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["musca"]
    prompts: Texts = []
