"""``to: flasher``: files that the site's own program writes to the board."""

from __future__ import annotations

import json
from typing import Literal

from pydantic import Field

from pumice.definitions import parts
from pumice.definitions.blocks import Block, as_list, as_map
from pumice.definitions.keys import DeployAction, Download
from pumice.plan.actions import Action

NAME = "flasher"
RUNS = True
NOT_RUN: tuple[str, ...] = ()

_POWER = ("hard_reset", "power_on", "power_off")
"""The device's commands that the flasher's own may use."""


class Image(Download):
    """A file; without ``download`` the program gets its address."""

    download: bool = True
    """Whether it is downloaded; if not, the commands get its address."""


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["flasher"]
    images: dict[str, Image] = Field(min_length=1)
    """The files, by name."""

    uniquify: bool = True
    """Each file gets a folder of its own, named as its label."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``deploy-flasher-retry``. Raises InvalidDocument."""
    fetched = [(name, image) for name, image in keys.images.items() if image.download]
    deploy = parts.act(
        block,
        "deploy-flasher",
        parts.overlay(block),
        *parts.images(block, fetched),
        parts.environment(block),
        runner="deploy.flasher:deploy",
        check="deploy.flasher:installed",
        commands=_commands(block),
        labels=[name for name, _ in fetched],
        values=_values(keys, block),
        uniquify=keys.uniquify,
    )
    return parts.retried(block, "deploy-flasher-retry", deploy, outermost=True)


def placeholder(label: str) -> str:
    """What stands for an image in a command: ``{ROOT_FS}`` for ``root-fs``."""
    return "{" + label.upper().replace("-", "_") + "}"


def _commands(block: Block) -> list[str]:
    """The device's commands for flashing, with those for its power filled in.

    A line that is nothing but ``{HARD_RESET_COMMAND}`` or the like stands for all commands of
    that name; within a line there can be only one. Raises InvalidDocument.
    """
    given = parts.texts(parts.parameters_of(block, NAME).get("commands"))
    if not given:
        block.cannot("the device has no commands for flasher: set flasher_deploy_commands", "to")
    return [filled for line in given for filled in _with_power(block, line)]


def _with_power(block: Block, line: str) -> list[str]:
    device = as_map(block.subject.device.get("commands"))
    lines: list[str] = [line]
    for name in _POWER:
        written = f"{{{name.upper()}_COMMAND}}"
        if written not in line:
            continue
        own = parts.texts(device.get(name))
        if not own:
            raise block.wrong(f"the device's flasher uses {written}: it has no {name}", "to")
        if line.strip() == written:
            return own
        if len(own) > 1:
            message = f"the device has several commands for {written}: let it stand alone"
            raise block.wrong(message, "to")
        lines = [text.replace(written, own[0]) for text in lines]
    return lines


def _values(keys: Keys, block: Block) -> dict[str, str]:
    """What stands for the other placeholders, except for files that are downloaded."""
    device, subject = block.subject.device, block.subject
    addresses = {
        placeholder(name): image.url for name, image in keys.images.items() if not image.download
    }
    return {
        "{DEVICE_INFO}": json.dumps(as_list(device.get("device_info"))),
        "{STATIC_INFO}": json.dumps(as_list(device.get("static_info"))),
        "{STORAGE_INFO}": json.dumps(as_list(device.get("storage_info"))),
        "{LAVA_JOB_ID}": subject.job_id,
        "{LAVA_DISPATCHER_IP}": subject.host.address,
        **addresses,
    }
