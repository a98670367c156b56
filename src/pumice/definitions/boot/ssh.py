"""``method: ssh``: a running host is logged in to."""

from __future__ import annotations

import shlex
from typing import Any, Literal

from pydantic import Field

from pumice.definitions import bootloaders, multinode, overlays, parts
from pumice.definitions.blocks import Block, as_map, at
from pumice.definitions.keys import BootAction, BootParameters, Texts
from pumice.plan.actions import Action

NAME = "ssh"
RUNS = True
NOT_RUN: tuple[str, ...] = ()


class Parameters(BootParameters):
    """The keys of the messages that hold the host's address."""

    host_id: str = Field(default="", alias="hostID")
    """Of a MultiNode guest: the message that holds the host's address."""

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
    host, root = _host(keys.parameters, block), overlays.results_dir(block)

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


def _host(keys: Parameters, block: Block) -> dict[str, Any]:
    """The host, and how to log in there. Raises InvalidDocument.

    The host of a MultiNode job's guest is what a message says, which is known when it runs.
    """
    if bool(keys.host_id) != bool(keys.host_key):
        raise block.wrong("'hostID' and 'host_key' need each other", "parameters")
    if keys.host_id and multinode.membership(block.subject.job) is None:
        raise block.wrong(
            "only a job of a MultiNode group is told its host by a message", "parameters"
        )
    given = as_map(at(block.subject.device, ("actions", "deploy", "methods", "ssh")))
    name = str(given.get("host") or "")
    if (not name and not keys.host_id) or name.startswith("-"):
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
        "message": keys.host_id,
        "key": keys.host_key,
    }


def _without_kernel(keys: Keys) -> Keys:
    """The keys of a host that runs already: no kernel is expected to start."""
    if "kernel_start_message" in keys.parameters.model_fields_set:
        return keys
    quiet = keys.parameters.model_copy(update={"kernel_start_message": ""})
    return keys.model_copy(update={"parameters": quiet})
