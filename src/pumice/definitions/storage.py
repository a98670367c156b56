"""Keys of the deploy methods that write to removable storage from a booted system."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from pumice.definitions import parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import DeployAction, Partitioned
from pumice.formats.schema import Section, wrong
from pumice.plan.actions import Action


class Writer(Section):
    """A program of the booted system, its options, and what it asks or prints."""

    tool: str = Field(min_length=1)
    """The program's path on the booted system."""

    options: str
    """Its options; {DEVICE} and {DOWNLOAD_URL} are filled in."""

    prompt: str
    """What it asks or prints when it is ready."""


class Tool(Section):
    """What the program that writes may ask."""

    prompts: list[str]
    """Regular expressions of what the program that writes may ask."""


class Removable(DeployAction):
    """The keys of the action, but for ``to``."""

    images: dict[str, Partitioned] = {}
    """The image, as image, and files beside it."""

    image: Partitioned | None = None
    """The image that is written."""

    device: str = Field(min_length=1)
    """The disk, by its name in the device's configuration."""

    download: Writer | None = None
    """The program that downloads on the booted system."""

    writer: Writer | None = None
    """The program that writes on the booted system."""

    tool: Tool | None = None
    """What the program that writes may ask."""

    uniquify: bool = True
    """Each file gets a folder of its own, named as its label."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.image is None) == (not self.images):
            raise wrong("one of 'image' and 'images' is needed, not both")
        if self.images and "image" not in self.images:
            raise wrong("'images' needs a file named 'image'")
        return self


def plan(keys: Removable, block: Block) -> Action:
    """The action ``storage-deploy``. Raises InvalidDocument."""
    image = keys.image or keys.images["image"]
    files = (
        parts.fetched(block, [("image", keys.image, ("image",))])
        if keys.image
        else parts.images(block, keys.images.items())
    )
    tools = {
        name: found.model_dump()
        for name in ("download", "writer", "tool")
        if (found := getattr(keys, name)) is not None
    }
    return parts.act(
        block,
        "storage-deploy",
        parts.overlay(block),
        *files,
        parts.act(block, "apply-overlay-image", label="image", partition=image.root_partition),
        parts.act(block, "dd-image", device=keys.device, **tools),
        parts.environment(block),
        uniquify=keys.uniquify,
    )
