"""Jobs and devices that are wrong: the job ends at its validation, with a result."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pumice.dispatcher.main import run
from pumice.testing.scripted_lab import Outcome, ScriptedLab


def test_a_definition_that_is_no_yaml_says_where(lab: ScriptedLab) -> None:
    order = replace(lab.order(lab.deploy()), definition="a: [1\nb: 2")
    assert not run(order)
    end = lab.outcome.end
    assert end["error_type"] == "Job"
    assert "line 2" in end["error_msg"]
    assert lab.outcome.cases("lava") == {"validate": "fail", "job": "fail"}


@pytest.mark.parametrize(
    ("change", "error_type", "message"),
    [
        ({"definition": "just a text"}, "Job", "not a map"),
        ({"device": ""}, "Configuration", "the device's configuration is empty"),
        ({"device": "a: [1"}, "Configuration", "device is invalid"),
        ({"dispatcher": "[1, 2]"}, "Configuration", "dispatcher.yaml is not a map"),
        ({"env_dut": "a: {"}, "Configuration", "env-dut.yaml is invalid"),
    ],
)
def test_a_document_that_is_wrong_is_named(
    lab: ScriptedLab, change: dict[str, str], error_type: str, message: str
) -> None:
    assert not run(replace(lab.order(lab.deploy()), **change))
    assert lab.outcome.end["error_type"] == error_type
    assert message in lab.outcome.end["error_msg"]


def test_every_problem_of_a_plan_is_told_with_its_path(lab: ScriptedLab) -> None:
    deploy = lab.deploy(url="ftp://host/file")
    boot = {"boot": {"method": "barebox", "commands": []}}
    outcome = lab.run(deploy, boot, lab.test("true", repeat=2, failure_retry=2))
    message = outcome.end["error_msg"]
    assert "Invalid job definition:" in message
    assert "not 'ftp' (actions[0].deploy.images.ramdisk.url)" in message
    assert "does not run the boot method 'barebox'" in message
    assert "'repeat' and 'failure_retry' exclude each other (actions[2].test)" in message


def test_a_plan_that_cannot_run_is_described_and_refused(lab: ScriptedLab) -> None:
    lab.boot_methods = {"barebox": {"ramdisk": {"commands": ["boot"]}}}
    boot = {"boot": {"method": "barebox", "commands": "ramdisk"}}
    outcome = lab.run(lab.deploy(), boot)
    assert outcome.end["error_type"] == "Job"
    assert "does not run the boot method 'barebox'" in outcome.end["error_msg"]
    assert outcome.cases("lava") == {"validate": "fail", "job": "fail"}
    assert "barebox-retry" in outcome.output.joinpath("description.yaml").read_text("utf-8")
    assert not lab.root.exists()


def test_files_go_where_the_lab_says_and_are_removed(lab: ScriptedLab) -> None:
    downloads = lab.folder / "downloads"
    lab.dispatcher = f"{{dispatcher_download_dir: {downloads}, prefix: lab-a-}}"
    stale = downloads / "lab-a-1"
    stale.mkdir(parents=True)
    stale.joinpath("left by a job that was killed").write_text("")
    outcome = lab.smoke("true")
    assert outcome.passed
    saved = [m for m in outcome.messages("debug") if m.startswith("saving as ")]
    assert saved[0].startswith(f"saving as {stale}/download-")
    assert list(downloads.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_the_labs_failure(lab: ScriptedLab) -> None:
    lab.folder.joinpath("file").write_text("")
    lab.dispatcher = f"dispatcher_download_dir: {lab.folder}/file"
    outcome: Outcome = lab.run(lab.deploy())
    assert outcome.end["error_type"] == "Infrastructure"
    assert "cannot make the job's folder" in outcome.end["error_msg"]
