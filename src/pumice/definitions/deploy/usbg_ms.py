"""``to: usbg-ms``: an image that the worker offers to the board as a USB storage device."""

from __future__ import annotations

from typing import Literal

from pumice.definitions.keys import DeployAction, Download

NAME = "usbg-ms"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["usbg-ms"]
    image: Download
