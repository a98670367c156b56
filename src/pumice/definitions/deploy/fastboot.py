"""``to: fastboot``: images that fastboot writes to the board's partitions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Self

from pydantic import Field, model_validator

from pumice.definitions import fastboots, parts
from pumice.definitions.blocks import Block, as_map
from pumice.definitions.keys import DeployAction, Docker, Flashed
from pumice.plan.actions import Action

NAME = "fastboot"
RUNS = True
NOT_RUN: tuple[str, ...] = ()

_RUNS = "deploy.fastboot"


class Image(Flashed):
    """What a partition gets; ``sparse`` says that the image is of that kind."""

    sparse: bool = True
    """Whether it is one of Android's sparse images."""

    reboot: (
        Literal[
            "hard-reset",
            "fastboot-reboot",
            "fastboot-reboot-bootloader",
            "fastboot-reboot-fastboot",
        ]
        | None
    ) = None
    """How the board is restarted after it is flashed."""

    @model_validator(mode="after")
    def _sparse_is_for_ext4(self) -> Self:
        return self  # here the word means Android's sparse images


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["fastboot"]
    images: dict[str, Image] = Field(min_length=1)
    """The images, by partition."""

    docker: Docker | None = None
    """The container that the tool runs in."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``fastboot-deploy``. Raises InvalidDocument."""
    order = parts.texts(block.subject.device.get("flash_cmds_order"))
    ranks = {name: rank for rank, name in enumerate(order)}
    flashed = sorted(keys.images, key=lambda name: ranks.get(name, len(ranks)))
    steps = [step for name in flashed for step in _flash(block, name, keys.images[name])]
    return parts.act(
        block,
        "fastboot-deploy",
        parts.overlay(block),
        *parts.images(block, keys.images.items()),
        *(_apply(block, name, image) for name, image in keys.images.items()),
        parts.environment(block),
        *fastboots.prepared(block),
        fastboots.enter(block),
        parts.act(block, "fastboot-flash-order-action", *steps),
        runner="deploy.files:deploy",
    )


def _apply(block: Block, label: str, image: Image) -> Action | None:
    """The action that puts the tests into an image, where the job wants that."""
    if not image.apply_overlay or not block.tests:
        return None
    return parts.act(
        block,
        "apply-overlay-sparse-image" if image.sparse else "apply-overlay-image",
        runner="overlay.into_ext4:append",
        check="overlay.into_ext4:installed",
        label=label,
        overlays=[{"lava": True}],
        sparse=image.sparse,
        partition=image.root_partition,
    )


def _flash(block: Block, label: str, image: Image) -> Iterator[Action]:
    """What is done for one image: write it, and reboot where it says so."""
    yield fastboots.act(block, "wait-device-boardid", f"{_RUNS}:wait")
    yield fastboots.act(block, "fastboot-flash-action", f"{_RUNS}:flash", partition=label)
    if image.reboot == "hard-reset":
        if not as_map(block.subject.device.get("commands")).get("hard_reset"):
            path = ("images", label, "reboot")
            raise block.wrong("the device's configuration has no hard_reset", *path)
        yield parts.reset(block)
    elif image.reboot is not None:
        target = image.reboot.removeprefix("fastboot-reboot").lstrip("-")
        yield fastboots.act(block, image.reboot, f"{_RUNS}:reboot", target=target)
