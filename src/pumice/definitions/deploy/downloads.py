"""``to: downloads``: files for later actions, in a folder of the job."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pumice.definitions import containers, downloads, parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import DeployAction, Docker, Download
from pumice.formats.schema import Section
from pumice.plan.actions import Action

NAME = "downloads"
RUNS = True
NOT_RUN: tuple[str, ...] = ()


class Container(Docker):
    """The container, and the steps that it performs on the files."""

    steps: list[str]
    """Commands that change the files, line by line."""

    devices: list[str] = []
    """Devices of the worker that the container sees."""


class Postprocess(Section):
    """What is done with the files once they are there."""

    docker: Container
    """A container that changes the files."""


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["downloads"]
    images: dict[str, Download] = Field(min_length=1)
    """The files, by name."""

    uniquify: bool = False
    """Each file gets a folder of its own, named as its label."""

    postprocess: Postprocess | None = None
    """What is done with the files once they are there."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``downloads``. Raises InvalidDocument."""
    for label in keys.images:
        if keys.uniquify and ("/" in label or "\x00" in label or label in ("", ".", "..")):
            raise block.wrong(
                f"with 'uniquify' a folder is named as the file's label, which {label!r} cannot be",
                "images",
                label,
            )
    container = keys.postprocess.docker if keys.postprocess else None
    treat = (
        parts.act(
            block,
            "download-postprocess-docker",
            runner="deploy.postprocess:run",
            check=containers.INSTALLED,
            docker=container.model_dump(exclude={"steps", "devices"}),
            steps=container.steps,
            devices=container.devices,
        )
        if container
        else None
    )
    return parts.act(
        block,
        "downloads",
        parts.overlay(block),
        *(
            downloads.plan(
                block, label, image, ("images", label), place=label if keys.uniquify else "."
            )
            for label, image in keys.images.items()
        ),
        treat,
        runner="deploy.downloads:deploy",
    )
