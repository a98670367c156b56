"""``to: docker``: an image that a container is started from."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from pumice.definitions import containers, parts
from pumice.definitions.blocks import Block, as_map, at
from pumice.definitions.keys import ContainerName, DeployAction, DockerLogin
from pumice.formats.schema import Section
from pumice.plan.actions import Action

NAME = "docker"
RUNS = True
NOT_RUN: tuple[str, ...] = ()


ImageName = Annotated[str, Field(pattern="^[a-z0-9][a-zA-Z0-9._/:@-]*$")]


class Image(Section):
    """An image, from a registry or from this host."""

    name: ImageName
    """The image's name, with a tag or without."""

    local: bool = False
    """The image is on the worker: it is not pulled."""

    container_name: ContainerName = ""
    """A name by which other containers of the job find this one."""

    network_from: ContainerName = ""
    """The name of another container of the job whose network this one shares."""

    login: DockerLogin | None = None
    """The account for the image's registry."""


def _kind(value: object) -> str:
    return "name" if isinstance(value, str) else "image"


AnyImage = Annotated[
    Annotated[ImageName, Tag("name")] | Annotated[Image, Tag("image")],
    Discriminator(_kind),
]


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["docker"]
    image: AnyImage
    """The image, by name or with more about it."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``deploy-docker``. Raises InvalidDocument."""
    image = keys.image if isinstance(keys.image, Image) else Image(name=keys.image)
    device = at(block.subject.device, ("actions", "deploy", "methods", NAME, "options"))
    return parts.act(
        block,
        "deploy-docker",
        parts.environment(block),
        parts.overlay(block),
        runner="deploy.docker:deploy",
        check=containers.INSTALLED,
        docker={"image": image.name, **image.model_dump(exclude={"name"})},
        global_options=containers.global_options(as_map(device)),
    )
