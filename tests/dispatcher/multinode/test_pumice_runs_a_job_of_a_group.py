"""``pumice run`` takes a group's definition, and runs one of its jobs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pumice.cli.main import main
from pumice.formats import yaml
from pumice.testing.group_lab import GroupLab
from pumice.testing.scripted_lab import Outcome
from pumice.wire.coordinator import VARIABLE


def definition(lab: GroupLab) -> dict[str, Any]:
    """A group of two, whose boards have nothing to do but to wait for each other."""
    roles = {
        name: {"device_type": "scripted", "count": 1, "context": {"arch": "x86_64"}}
        for name in ("server", "client")
    }
    board = lab.lab(1)
    actions = [board.deploy(), board.boot(), board.test("lava-role", "lava-sync end")]
    for action in actions:
        (block,) = action.values()
        block["role"] = ["server", "client"]
    return {
        "job_name": "a group",
        "visibility": "public",
        "timeouts": {"job": {"minutes": 3}},
        "protocols": {"lava-multinode": {"roles": roles}},
        "actions": actions,
    }


def call(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["run", str(folder / "group.yaml"), *arguments])


@pytest.fixture
def folder(lab: GroupLab, tmp_path: Path) -> Path:
    (tmp_path / "group.yaml").write_text(yaml.dump(definition(lab)))
    (tmp_path / "device.yaml").write_text(yaml.dump(lab.lab(2).device()))
    return tmp_path


def test_a_job_of_a_role_joins_its_group(
    lab: GroupLab, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, lab.address)
    other = lab.lab(3)
    member = lab.on(other, "server", other.deploy(), other.boot(), other.test("lava-sync end"))
    lab.start(size=2)
    output = folder / "out"
    arguments = ["--device", str(folder / "device.yaml"), "--output-dir", str(output)]
    result = call(folder, "--role", "client", "--group", lab.name, "--job-id", "7", *arguments)
    assert result.exit_code == 0, result.output
    assert "client" in Outcome(output).messages("target")
    assert member.end().passed


def test_a_guest_cannot_switch_its_hosts_device(folder: Path) -> None:
    group = yaml.load((folder / "group.yaml").read_text()).data
    group["protocols"]["lava-multinode"]["roles"]["guest"] = {
        "connection": "ssh",
        "count": 1,
        "host_role": "server",
        "expect_role": "server",
    }
    group["actions"].append({"command": {"name": "hard_reset", "role": ["guest"]}})
    (folder / "group.yaml").write_text(yaml.dump(group))
    device = yaml.load((folder / "device.yaml").read_text()).data
    device["commands"] = {"hard_reset": "true", "power_off": "true"}
    (folder / "device.yaml").write_text(yaml.dump(device))
    arguments = ["--group", "g", "--device", str(folder / "device.yaml"), "--dry-run"]
    refused = call(folder, "--role", "guest", *arguments)
    assert refused.exit_code == 1
    assert "hard_reset" in refused.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--role", "client"], "need each other"),
        (["--role", "nobody", "--group", "g"], "no jobs of the role 'nobody'"),
        ([], "this is the definition of a whole group of jobs"),
    ],
)
def test_what_is_missing_is_said(folder: Path, arguments: list[str], said: str) -> None:
    device = ["--device", str(folder / "device.yaml"), "--dry-run"]
    result = call(folder, *arguments, *device)
    assert result.exit_code != 0
    assert said in result.output
