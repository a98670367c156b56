"""The plan of what follows a boot: logging in, and making the shell ready for tests."""

from __future__ import annotations

from pumice.definitions import parts
from pumice.definitions.blocks import Block, as_map
from pumice.definitions.keys import AutoLogin, BootAction
from pumice.plan.actions import Action

_TRANSFERS = {
    "http": ("session.transfer:fetch", ""),
    "nfs": ("session.transfer:mount", ""),
    "zmodem": ("session.transfer:receive", "session.transfer:zmodem_installed"),
}
"""By ``transfer_method``: what performs and what checks the transfer of the overlay."""


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
        parts.act(block, "expect-shell-connection", runner="session.shell:expect_shell"),
        *_transfer(block),
        parts.act(
            block,
            "export-device-env",
            runner="session.shell:export_environment",
            environment=dict(block.subject.board_environment),
            file=block.subject.constant("posix", "lava_test_shell_file", default="~/.bashrc"),
            delay=block.subject.delay("test"),
        ),
    )


def _transfer(block: Block) -> tuple[Action, ...]:
    """The action that lets the board fetch the overlay, where the job asks for it."""
    wanted = as_map(block.data.get("transfer_overlay"))
    if not wanted:
        return ()
    runner, check = _TRANSFERS[str(wanted.get("transfer_method") or "http")]
    return (
        parts.act(
            block,
            "overlay-unpack",
            runner=runner,
            check=check,
            download_command=str(wanted.get("download_command") or ""),
            unpack_command=str(wanted.get("unpack_command") or ""),
            address=block.subject.host.address,
            delay=block.subject.delay("test"),
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
    action = parts.act(
        block,
        "login-action",
        runner="session.login:login",
        prompts=list(prompts),
        login=answers,
        kernel_start_message=start,
        boot_errors=boot_errors,
        ignore_kernel_messages=keys.ignore_kernel_messages,
        failure_message=str(block.data.get("failure_message") or ""),
        delay=block.subject.delay("boot"),
    )
    return parts.retried(block, "auto-login-action", action)
