"""Every command has help, costs nothing until it is run, and says plainly what is wrong."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

import pumice
from pumice.cli.main import main


def _pumice(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pumice", *arguments], capture_output=True, text=True, timeout=60
    )


def _all_commands() -> list[str]:
    return main.list_commands(click.Context(main))


def test_the_version_is_the_packages() -> None:
    assert _pumice("--version").stdout == f"pumice {pumice.__version__}\n"


@pytest.mark.parametrize("name", _all_commands())
def test_a_command_that_help_lists_exists_and_explains_itself(name: str) -> None:
    context = click.Context(main)
    command = main.get_command(context, name)
    assert command is not None
    assert command.name == name
    assert command.get_help(click.Context(command, info_name=name, parent=context))
    assert command.help


@pytest.mark.parametrize("name", _all_commands())
def test_help_lists_each_command_with_its_own_first_sentence(name: str) -> None:
    context = click.Context(main)
    command = main.get_command(context, name)
    assert command is not None
    first, _, _ = (command.help or "").partition("\n\n")
    listed = " ".join(main.get_help(context).split())
    assert f" {name} {' '.join(first.split())} " in f"{listed} "


def test_help_loads_no_command() -> None:
    code = (
        "import sys\n"
        "from pumice.cli.main import main\n"
        "main(['--help'], standalone_mode=False)\n"
        "print({'django', 'aiohttp', 'pumice.worker', 'pumice.server'} & set(sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "set()"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nonsense"], "No such command 'nonsense'"),
        (["up", "--listen", "8000"], "'8000' is not HOST:PORT"),
        (["up", "--virtual", "-1"], "--virtual"),
        (["lab", "add-virtual", "toaster"], "'toaster' is not"),
        (["worker"], "Missing option '--url'"),
    ],
)
def test_wrong_usage_ends_with_status_2_and_says_what_is_wrong(
    arguments: list[str], said: str
) -> None:
    done = _pumice(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""
