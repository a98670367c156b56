"""``method: ssh``: a running host is logged in to."""

from __future__ import annotations

import shlex
from typing import Any, Literal

from pydantic import Field

from pumice.definitions import bootloaders, overlays, parts
from pumice.definitions.blocks import Block, as_map, at
from pumice.definitions.keys import BootAction, BootParameters, Texts
from pumice.plan.actions import Action

NAME = "ssh"
RUNS = True
NOT_RUN: tuple[str, ...] = ()


class Parameters(BootParameters):
    """The keys of the messages that hold the host's address."""

    host_id: str = Field(default="", alias="hostID")
    """The MultiNode message that holds the host's address."""

    host_key: str = ""
    """The message's key that holds it."""


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["ssh"]
    prompts: Texts = []
    """Regular expressions that the shell's prompt matches."""

    parameters: Parameters = Parameters()  # pyright: ignore[reportIncompatibleVariableOverride]
    """Messages, and where the host's address is."""

    connection: str = ""
    """How the host is reached."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``login-ssh``. Raises InvalidDocument."""
    if keys.parameters.host_id or keys.parameters.host_key:
        block.cannot("this version of Pumice does not run guests of a MultiNode job", "parameters")
    host, root = _host(block), overlays.results_dir(block)

    def act(name: str, function: str, check: str = "") -> Action:
        return parts.act(
            block, name, runner=f"boot.ssh:{function}", check=check, host=host, root=root
        )

    return parts.retried(
        block,
        "login-ssh",
        act("scp-deploy", "copy"),
        act("prepare-ssh", "prepare", "boot.ssh:ready"),
        act("ssh-connection", "connect"),
        *bootloaders.login(block, _without_kernel(keys)),
        act("scp-overlay-unpack", "unpack"),
        outermost=True,
    )


def _host(block: Block) -> dict[str, Any]:
    """The host, and how to log in there. Raises InvalidDocument."""
    given = as_map(at(block.subject.device, ("actions", "deploy", "methods", "ssh")))
    name = str(given.get("host") or "")
    if not name or name.startswith("-"):
        block.cannot("the device's configuration has no host for ssh: set ssh_host", "method")
    try:
        options = [word for text in parts.texts(given.get("options")) for word in shlex.split(text)]
    except ValueError as error:
        raise block.wrong(f"the device's options for ssh: {error}", "method") from error
    return {
        "host": name,
        "port": str(given.get("port") or 22),
        "user": str(given.get("user") or "root"),
        "identity_file": str(given.get("identity_file") or ""),
        "options": options,
    }


def _without_kernel(keys: Keys) -> Keys:
    """The keys of a host that runs already: no kernel is expected to start."""
    if "kernel_start_message" in keys.parameters.model_fields_set:
        return keys
    quiet = keys.parameters.model_copy(update={"kernel_start_message": ""})
    return keys.model_copy(update={"parameters": quiet})
