"""``pumice run``: one job without a server."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from pumice.cli.run import run
from pumice.dispatcher.main import MARK
from pumice.formats import yaml
from pumice.testing.scripted_lab import ScriptedLab


@pytest.fixture
def files(lab: ScriptedLab) -> dict[str, str]:
    """A job and a device as files."""
    order = lab.order(lab.deploy(), lab.boot(), lab.test("lava-test-case one --result pass"))
    paths = {}
    for name, text in (("job", order.definition), ("device", order.device)):
        path = lab.folder / f"{name}.yaml"
        path.write_text(text)
        paths[name] = str(path)
    return paths


def test_a_job_that_passes_ends_with_0_and_shows_its_log(
    lab: ScriptedLab, files: dict[str, str]
) -> None:
    output = lab.outcome.output
    arguments = [files["job"], "--device", files["device"], "--output-dir", str(output)]
    done = CliRunner().invoke(run, arguments)
    assert done.exit_code == 0, done.output
    assert "target    board login: " in done.output
    assert "results   definition=lava case=job result=pass" in done.output
    assert lab.outcome.end["result"] == "pass"
    # Again into the same folder: the log is of the second run alone.
    assert CliRunner().invoke(run, arguments).exit_code == 0
    assert len([r for r in lab.outcome.results if r["case"] == "job"]) == 1


def test_a_job_that_fails_ends_with_1(lab: ScriptedLab, files: dict[str, str]) -> None:
    lab.options = ["--fault", "ends"]
    Path(files["device"]).write_text(yaml.dump(lab.device()))
    output = str(lab.outcome.output)
    done = CliRunner().invoke(
        run, [files["job"], "--device", files["device"], "--output-dir", output]
    )
    assert done.exit_code == 1
    assert "error_type=Infrastructure" in done.output


def test_the_plan_is_printed_and_nothing_is_done(lab: ScriptedLab, files: dict[str, str]) -> None:
    done = CliRunner().invoke(run, [files["job"], "--device", files["device"], "--dry-run"])
    assert done.exit_code == 0
    assert "2 boot-image-retry (00:00:30) [common]" in done.output
    assert "    2.2.1 login-action (00:00:30) [common]" in done.output
    assert not lab.root.exists()


def test_a_dictionary_is_rendered_with_the_jobs_context(lab: ScriptedLab, tmp_path: Path) -> None:
    job = lab.order(lab.deploy(), lab.boot(), context={"arch": "x86_64", "no_kvm": True})
    tmp_path.joinpath("job.yaml").write_text(job.definition)
    tmp_path.joinpath("mine.jinja2").write_text("{% extends 'qemu.jinja2' %}")
    device = tmp_path / "board-01.jinja2"
    device.write_text("{% extends 'mine.jinja2' %}{% set memory = 1024 %}")
    arguments = [str(tmp_path / "job.yaml"), "--device", str(device), "--dry-run"]
    done = CliRunner().invoke(run, arguments)
    assert done.exit_code == 0, done.output
    assert "execute-qemu" in done.output


def test_a_job_that_cannot_run_says_every_problem(lab: ScriptedLab, files: dict[str, str]) -> None:
    order = lab.order({"boot": {"method": "u-boot"}}, {"deploy": {"to": "nowhere"}})
    Path(files["job"]).write_text(order.definition)
    done = CliRunner().invoke(run, [files["job"], "--device", files["device"], "--dry-run"])
    assert done.exit_code == 1
    assert "actions[0].boot" in done.stderr
    assert "actions[1].deploy" in done.stderr


def test_a_dictionary_that_is_wrong_is_a_wrong_call(files: dict[str, str]) -> None:
    Path(files["device"]).write_text("{% extends 'unheard-of.jinja2' %}")
    done = CliRunner().invoke(run, [files["job"], "--device", files["device"], "--dry-run"])
    assert done.exit_code == 2
    assert "unheard-of.jinja2" in done.stderr


def test_the_mark_of_the_job_is_set_for_all_that_it_starts(
    lab: ScriptedLab, files: dict[str, str]
) -> None:
    output = lab.outcome.output
    arguments = [files["job"], "--device", files["device"], "--output-dir", str(output)]
    assert CliRunner().invoke(run, arguments).exit_code == 0
    assert os.environ[MARK] == str(output)
