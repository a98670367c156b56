"""The plan of what follows a boot: logging in, and making the shell ready for tests."""

from __future__ import annotations

from pumice.definitions.blocks import Block, as_map
from pumice.definitions.keys import AutoLogin, BootAction
from pumice.plan.actions import Action

_LOGIN = "pumice.dispatcher.session.login"
_SHELL = "pumice.dispatcher.session.shell"


def plan(
    block: Block,
    keys: BootAction,
    prompts: list[str],
    auto_login: AutoLogin | None,
    boot_errors: list[str] | None = None,
) -> tuple[Action, ...]:
    """``auto-login-action`` where there are prompts, and what the namespace's tests need.

    ``boot_errors`` are the patterns of what a bootloader prints when the kernel cannot start.
    """
    actions: tuple[Action, ...] = ()
    if prompts:
        actions += (_auto_login(block, keys, prompts, auto_login, boot_errors or []),)
    return actions + (shell(block) if block.tests else ())


def shell(block: Block) -> tuple[Action, ...]:
    """What makes a shell ready for tests."""
    return (
        Action(
            name="expect-shell-connection",
            description="find the shell's prompt",
            summary="expect a shell prompt",
            runner=f"{_SHELL}:expect_shell",
            namespace=block.namespace,
            connection_namespace=block.connection_namespace,
        ),
        *_transfer(block),
        Action(
            name="export-device-env",
            description="export the environment of env-dut.yaml in the board's shell",
            summary="export environment variables",
            runner=f"{_SHELL}:export_environment",
            namespace=block.namespace,
            connection_namespace=block.connection_namespace,
            parameters={
                "environment": dict(block.subject.board_environment),
                "file": block.subject.constant(
                    "posix", "lava_test_shell_file", default="~/.bashrc"
                ),
                "delay": block.subject.delay("test"),
            },
        ),
    )


def _transfer(block: Block) -> tuple[Action, ...]:
    """The action that lets the board fetch the overlay, where the job asks for it."""
    wanted = as_map(block.data.get("transfer_overlay"))
    if not wanted:
        return ()
    method = str(wanted.get("transfer_method") or "http")
    if method != "http":
        block.cannot(
            f"this version of Pumice transfers overlays by http, not by {method!r}",
            "transfer_overlay",
            "transfer_method",
        )
    return (
        Action(
            name="overlay-unpack",
            description="let the board fetch and unpack the overlay",
            summary="transfer and unpack the overlay",
            runner="pumice.dispatcher.session.transfer:fetch",
            namespace=block.namespace,
            connection_namespace=block.connection_namespace,
            parameters={
                "download_command": str(wanted.get("download_command") or ""),
                "unpack_command": str(wanted.get("unpack_command") or ""),
                "address": block.subject.host.address,
                "delay": block.subject.delay("test"),
            },
        ),
    )


def _auto_login(
    block: Block,
    keys: BootAction,
    prompts: list[str],
    login: AutoLogin | None,
    boot_errors: list[str],
) -> Action:
    start = keys.parameters.kernel_start_message
    if "kernel_start_message" not in keys.parameters.model_fields_set:
        start = str(block.subject.constant("kernel-start-message", default=""))
    answers = (
        {
            "login_prompt": login.login_prompt,
            "username": login.username,
            "password_prompt": login.password_prompt,
            "password": login.password,
            "login_commands": list(login.login_commands),
        }
        if login is not None
        else None
    )
    action = Action(
        name="login-action",
        description="wait for the kernel, log in, and wait for the prompt",
        summary="login to the board",
        runner=f"{_LOGIN}:login",
        namespace=block.namespace,
        connection_namespace=block.connection_namespace,
        parameters={
            "prompts": list(prompts),
            "login": answers,
            "kernel_start_message": start,
            "boot_errors": boot_errors,
            "ignore_kernel_messages": keys.ignore_kernel_messages,
            "failure_message": str(block.data.get("failure_message") or ""),
            "delay": block.subject.delay("boot"),
        },
    )
    return Action(
        name="auto-login-action",
        description="log in after the boot, again where that fails",
        summary="auto-login after boot with support for kernel messages",
        namespace=block.namespace,
        connection_namespace=block.connection_namespace,
        children=(action,),
        retry=block.retry(),
    )
