"""``to: musca``: a test binary that is copied to the board's storage."""

from __future__ import annotations

from typing import Literal

from pumice.definitions.keys import DeployAction, Download
from pumice.formats.schema import Section

NAME = "musca"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Images(Section):
    """The binary."""

    test_binary: Download


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["musca"]
    images: Images
