"""What devices and jobs say of containers, as options of docker's command line."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from pumice.definitions import parts
from pumice.definitions.blocks import Block

INSTALLED = "deploy.docker:installed"
"""Checks that docker is there."""

_LISTS = {
    "volumes": "volume",
    "devices": "device",
    "networks": "network",
    "capabilities": "cap-add",
}


def global_options(options: Mapping[Any, Any]) -> list[str]:
    """The options before docker's command: a docker that is not this host's own."""
    remote = options.get("remote")
    return [f"--host={remote}"] if remote else []


def run_options(block: Block, options: Mapping[Any, Any]) -> list[str]:
    """The options of ``docker run`` for a device's ``options``. Raises InvalidDocument."""
    found = [f"--{key}={options[key]}" for key in ("cpus", "memory") if options.get(key)]
    for key, option in _LISTS.items():
        found += [f"--{option}={value}" for value in parts.texts(options.get(key))]
    if options.get("privileged") is True:
        found.append("--privileged")
    return [*found, *words(block, options.get("extra_arguments"))]


def words(block: Block, value: object) -> list[str]:
    """A text, or a list of them, as the words of a command line. Raises InvalidDocument."""
    found: list[str] = []
    for text in parts.texts(value):
        try:
            found += shlex.split(text)
        except ValueError as error:
            raise block.wrong(f"the options {text!r} cannot be read: {error}") from error
    return found
