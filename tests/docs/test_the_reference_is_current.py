"""What the reference says of the code is what the code says."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator

import click
import pytest

from pumice.cli.main import main
from pumice.definitions import keys, methods, planning, testdefs, toplevel
from pumice.definitions.boot import qemu
from pumice.definitions.deploy import tmpfs
from pumice.definitions.test import definitions
from pumice.devices import library
from pumice.devices.rendering import render
from pumice.dispatcher.overlay.build import helpers
from pumice.formats import yaml
from pumice.formats.schema import Section
from pumice.server.api.xmlrpc import registry
from pumice.server.settings.table import SETTINGS, WITHOUT_EFFECT

from .conftest import DOCS, ROOT

REFERENCE = DOCS / "reference"
SECTIONS: tuple[type[Section], ...] = (
    toplevel.Job,
    toplevel.Timeouts,
    keys.Action,
    keys.AutoLogin,
    keys.BootParameters,
    keys.Overlay,
    tmpfs.Keys,
    tmpfs.Image,
    qemu.Keys,
    definitions.Keys,
    definitions.Inline,
    testdefs.TestDefinition,
    testdefs.Install,
    testdefs.Run,
    testdefs.Parse,
    testdefs.Metadata,
)


def commands(command: click.Command, path: str = "pumice") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its whole name."""
    if not isinstance(command, click.Group):
        yield path, command
        return
    context = click.Context(command)
    for found in command.list_commands(context):
        inner = command.get_command(context, found)
        assert inner is not None
        yield from commands(inner, f"{path} {found}")


def test_generated_parts_are_current() -> None:
    environment = {n: v for n, v in os.environ.items() if not n.startswith("PUMICE_")}
    done = subprocess.run(
        [ROOT / "script/docs", "--check"], env=environment, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


@pytest.mark.parametrize("setting", [s.name for s in SETTINGS] + sorted(WITHOUT_EFFECT))
def test_every_setting_is_described(setting: str) -> None:
    assert f"`{setting}`" in (REFERENCE / "settings.md").read_text("utf-8")


@pytest.mark.parametrize(("path", "command"), list(commands(main)), ids=lambda value: str(value))
def test_every_command_and_option_is_described(path: str, command: click.Command) -> None:
    page = (REFERENCE / "commands.md").read_text("utf-8")
    _, heading, section = page.partition(f"### `{path}`\n")
    assert heading
    section = section.partition("\n##")[0]
    options = [p for p in command.params if isinstance(p, click.Option)]
    assert [o.opts[0] for o in options if f"`{o.opts[0]}" not in section] == []


def test_every_method_of_jobs_is_in_the_page_of_job_definitions() -> None:
    page = (REFERENCE / "job-definition.md").read_text("utf-8")
    kinds: tuple[methods.Kind, ...] = ("deploy", "boot", "test")
    runs = [(kind, method) for kind in kinds for method in methods.names(kind)]
    headings = re.findall(r"^## (\w+),(?: \w+:)? (.*)$", page, re.M)
    assert headings == runs


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.__name__)
def test_every_key_of_a_job_is_described(section: type[Section]) -> None:
    page = (REFERENCE / "job-definition.md").read_text("utf-8")
    names = [field.alias or name for name, field in section.model_fields.items()]
    assert [name for name in names if f"`{name}`" not in page] == []


def test_every_helper_of_the_board_is_described() -> None:
    page = (REFERENCE / "test-helpers.md").read_text("utf-8")
    assert helpers()
    assert [helper for helper in sorted(helpers()) if f"`{helper}`" not in page] == []


def test_every_variable_of_a_test_is_described() -> None:
    page = (REFERENCE / "test-helpers.md").read_text("utf-8")
    job = yaml.load((ROOT / "examples/jobs/qemu-smoke.yaml").read_text("utf-8")).data
    text = render("{% extends 'qemu.jinja2' %}", library, name="board", context={"arch": "amd64"})
    plan = planning.plan(job, yaml.load(text).data, job_id="1")
    overlay = next(action for action in plan.walk() if action.name == "lava-overlay")
    names = [variable for variable, _ in overlay.parameters["environment"]]
    assert "LAVA_JOB_ID" in names
    assert [variable for variable in names if f"`{variable}`" not in page] == []


def test_every_xmlrpc_method_is_described() -> None:
    page = (REFERENCE / "xmlrpc.md").read_text("utf-8")
    known = [method.full_name for method in registry.listed()]
    assert known
    assert [name for name in known if f"| `{name}` |" not in page] == []
