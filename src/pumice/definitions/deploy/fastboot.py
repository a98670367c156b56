"""``to: fastboot``: images that fastboot writes to the board's partitions."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from pumice.definitions.keys import DeployAction, Docker, Flashed

NAME = "fastboot"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Image(Flashed):
    """What a partition gets; ``sparse`` says that the image is of that kind."""

    sparse: bool = True
    reboot: (
        Literal[
            "hard-reset",
            "fastboot-reboot",
            "fastboot-reboot-bootloader",
            "fastboot-reboot-fastboot",
        ]
        | None
    ) = None

    @model_validator(mode="after")
    def _sparse_is_for_ext4(self) -> Self:
        return self  # here the word means Android's sparse images


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["fastboot"]
    images: dict[str, Image] = Field(min_length=1)
    docker: Docker | None = None
