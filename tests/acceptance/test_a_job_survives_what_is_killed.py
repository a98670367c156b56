"""Kill each process in the middle of a job, and all at once: nothing is lost or doubled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from pumice.testing.running_lab import RunningLab

LINES = 60
GOES_ON = ("web", "loops", "worker", "supervisor")
FAILS = ("dispatcher", "qemu", "all")


@pytest.fixture
def counting_job(lab: RunningLab, smoke_definition: str) -> int:
    """A running job whose board prints a numbered sequence for some seconds."""
    steps = (
        f"for n in $(seq 1 {LINES}); do echo number-$n-; sleep 0.1; done",
        "lava-test-case counted --result pass",
    )
    return lab.submit(with_steps(smoke_definition, steps))


def with_steps(definition: str, steps: tuple[str, ...]) -> str:
    """The definition with these steps in its only test."""
    data = yaml.safe_load(definition)
    (test,) = [action["test"] for action in data["actions"] if "test" in action]
    test["definitions"] = test["definitions"][:1]
    test["definitions"][0]["repository"]["run"]["steps"] = list(steps)
    return yaml.safe_dump(data, sort_keys=False)


def numbers(lab: RunningLab, job: int) -> list[int]:
    """The numbers that the board printed, in the order of the log."""
    records = [record for record in lab.log(job) if record["lvl"] == "target"]
    texts = "\n".join(str(record["msg"]) for record in records)
    return [int(number) for number in re.findall(r"^number-(\d+)-$", texts, re.M)]


@pytest.fixture(autouse=True)
def the_lab_is_whole_again(lab: RunningLab) -> Iterator[None]:
    yield
    if not lab.processes("supervisor"):
        lab.start()


def kill_in_the_middle(lab: RunningLab, job: int, victim: str) -> None:
    lab.wait_for(lambda: 10 in numbers(lab, job), 60, "the board to count to ten")
    assert lab.kill(victim)
    if victim in ("all", "supervisor"):
        lab.wait_for(lambda: not lab.processes("web"), 15, "the lab to be gone")
        lab.start()


@pytest.mark.parametrize("victim", GOES_ON)
def test_the_job_goes_on(lab: RunningLab, counting_job: int, victim: str) -> None:
    kill_in_the_middle(lab, counting_job, victim)
    shown = lab.wait_until_finished(counting_job)
    assert (shown["health"], shown["error_type"]) == ("Complete", None)
    assert numbers(lab, counting_job) == list(range(1, LINES + 1))
    cases = [case["name"] for case in lab.results(counting_job) if case["suite"] != "lava"]
    assert cases == ["counted"]
    jobs = [c for c in lab.results(counting_job) if (c["suite"], c["name"]) == ("lava", "job")]
    assert [case["result"] for case in jobs] == ["pass"]


@pytest.mark.parametrize("victim", FAILS)
def test_the_job_ends_and_says_what_happened(
    lab: RunningLab, counting_job: int, victim: str
) -> None:
    kill_in_the_middle(lab, counting_job, victim)
    shown = lab.wait_until_finished(counting_job)
    assert (shown["health"], shown["error_type"]) == ("Incomplete", "Infrastructure")
    assert shown["error_msg"]
    seen = numbers(lab, counting_job)
    assert seen == list(range(1, len(seen) + 1))
    assert len(seen) >= 10
    lab.wait_for(lambda: not lab.processes("qemu"), 10, "the board to be off")
    device = lab.call("scheduler.devices.show", "qemu-01")
    assert device["state"] == "Idle"
    assert device["current_job"] is None


def test_the_device_takes_the_next_job_after_each_of_these(
    lab: RunningLab, smoke_definition: str
) -> None:
    job = lab.submit(smoke_definition)
    assert lab.wait_until_finished(job)["health"] == "Complete"
    assert Path(lab.directory, "worker").is_dir()
