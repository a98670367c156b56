"""lavacli, unmodified, old and new: jobs from submission to results."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from .conftest import Lavacli


def fields(output: str) -> dict[str, str]:
    """The ``name : value`` lines that lavacli prints."""
    parts = (line.partition(":") for line in output.splitlines())
    return {name.strip(): value.strip() for name, _, value in parts}


def test_a_job_is_submitted_and_waits(lavacli: Lavacli) -> None:
    number = lavacli.run("jobs", "submit", "smoke.yaml").strip()
    shown = fields(lavacli.run("jobs", "show", number))
    assert (shown["id"], shown["description"]) == (number, "smoke")
    assert shown["state"] in ("Submitted", "Scheduled")
    assert f"* {number}: {shown['state']},Unknown [alice] (smoke) - qemu" in lavacli.run(
        "jobs", "list"
    )
    lavacli.run("jobs", "cancel", number)
    assert fields(lavacli.run("jobs", "show", number))["state"] in ("Finished", "Canceling")


def test_a_finished_job_is_shown(lavacli: Lavacli, job: int) -> None:
    shown = fields(lavacli.run("jobs", "show", str(job)))
    assert (shown["state"], shown["Health"]) == ("Finished", "Complete")
    assert shown["device"].startswith("qemu-0")
    assert shown["end time"].startswith("20")
    as_json = json.loads(lavacli.run("jobs", "show", "--json", str(job)))
    assert as_json["start_time"].startswith("20")


def test_the_log_of_a_job_is_printed(lavacli: Lavacli, job: int) -> None:
    output = lavacli.run("jobs", "logs", str(job)).splitlines()
    assert len(output) == 4
    assert output[0].endswith("start")
    assert output[1].endswith("café ☕")
    assert output[0].startswith("2026-01-02T03:04:05")
    raw = yaml.safe_load(lavacli.run("jobs", "logs", "--raw", str(job)))
    assert [entry["lvl"] for entry in raw] == ["info", "target", "results", "results"]


def test_the_results_of_a_job_are_printed(lavacli: Lavacli, job: int) -> None:
    assert lavacli.run("results", str(job)).splitlines() == [
        "Results:",
        "* 0_smoke.first [pass]",
        "* lava.job [pass]",
    ]
    assert "* lava.job" not in lavacli.run("results", str(job), "0_smoke")
    first, _ = yaml.safe_load(lavacli.run("results", "--yaml", str(job)))
    assert (first["measurement"], first["metadata"]["case"]) == ("1.5000000000", "first")


def test_the_definition_comes_back_as_it_was_submitted(lavacli: Lavacli, job: int) -> None:
    submitted = (lavacli.home / "smoke.yaml").read_text()
    assert lavacli.run("jobs", "definition", str(job)).strip() == submitted.strip()


def test_jobs_are_listed_by_state_and_health(lavacli: Lavacli, job: int) -> None:
    listed = yaml.safe_load(
        lavacli.run("jobs", "list", "--state", "FINISHED", "--health", "COMPLETE", "--yaml")
    )
    assert job in [entry["id"] for entry in listed]
    assert {(entry["state"], entry["health"]) for entry in listed} == {("Finished", "Complete")}
    assert lavacli.run("jobs", "queue").startswith("Jobs (from 1 to 25):")


def test_waiting_for_a_finished_job_ends_at_once(lavacli: Lavacli, job: int) -> None:
    lavacli.run("jobs", "wait", str(job))


def test_a_definition_is_validated(lavacli: Lavacli) -> None:
    assert lavacli.run("jobs", "validate", "smoke.yaml") == ""
    wrong = lavacli.home / "wrong.yaml"
    wrong.write_text((lavacli.home / "smoke.yaml").read_text().replace("['/ # ']", "5"))
    output = lavacli.try_run("jobs", "validate", "wrong.yaml")
    assert "'boot', 'qemu', 'prompts'" in output or "'boot', 'prompts'" in output
    assert lavacli.status == 1


def test_a_refused_submission_says_why(lavacli: Lavacli) -> None:
    (lavacli.home / "wrong.yaml").write_text("job_name: smoke\n")
    output = lavacli.try_run("jobs", "submit", "wrong.yaml")
    assert "Problem with submitted job data: " in output
    # The old client tells of the fault, and ends with 0 all the same.
    assert lavacli.status == (1 if lavacli.version.startswith("3") else 0)


def test_a_job_that_does_not_exist_is_a_fault(lavacli: Lavacli) -> None:
    output = lavacli.try_run("jobs", "show", "987654")
    assert "Job '987654' was not found." in output
    assert "404" in output
    assert lavacli.status == 1
