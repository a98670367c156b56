"""Jobs that cannot succeed end Incomplete, say why, and leave the board off and the device idle."""

from __future__ import annotations

import time
import xmlrpc.client
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from pumice.testing.running_lab import RunningLab

Job = dict[str, Any]


def action(job: Job, kind: str) -> dict[str, Any]:
    (found,) = [entry[kind] for entry in job["actions"] if kind in entry]
    return found


def missing_file(job: Job) -> None:
    action(job, "deploy")["images"]["kernel"]["url"] = "file:///no/such/kernel"


def missing_server(job: Job) -> None:
    action(job, "deploy")["images"]["kernel"]["url"] = "http://127.0.0.1:9/kernel"


def wrong_checksum(job: Job) -> None:
    action(job, "deploy")["images"]["kernel"]["sha256sum"] = "0" * 64


def wrong_prompt(job: Job) -> None:
    boot = action(job, "boot")
    boot["prompts"] = ["never-printed#"]
    boot["timeout"] = {"seconds": 20}


def panic(job: Job) -> None:
    steps(job, "echo 1 > /proc/sys/kernel/sysrq; echo c > /proc/sysrq-trigger; sleep 60")


def hang(job: Job) -> None:
    steps(job, "sleep 600")
    action(job, "test")["timeout"] = {"seconds": 6}


def raised(job: Job) -> None:
    steps(job, "lava-test-raise the-lab-is-on-fire")


def steps(job: Job, *commands: str) -> None:
    action(job, "test")["definitions"][0]["repository"]["run"]["steps"] = list(commands)


CASES: list[tuple[Callable[[Job], None], str, str, float]] = [
    (missing_file, "Job", "/no/such/kernel", 20),
    (missing_server, "Infrastructure", "127.0.0.1:9", 60),
    (wrong_checksum, "Job", "sha256", 20),
    (wrong_prompt, "Job", "timed out", 45),
    (panic, "Job", "panic", 45),
    (hang, "Test", "timed out", 45),
    (raised, "Test", "the-lab-is-on-fire", 45),
]


@pytest.mark.parametrize(("spoil", "error_type", "said", "seconds"), CASES)
def test_the_job_ends_with_its_reason(
    lab: RunningLab,
    smoke_definition: str,
    spoil: Callable[[Job], None],
    error_type: str,
    said: str,
    seconds: float,
) -> None:
    definition = yaml.safe_load(smoke_definition)
    spoil(definition)
    start = time.monotonic()
    job = lab.submit(yaml.safe_dump(definition))
    shown = lab.wait_until_finished(job, seconds * 3)
    assert (shown["health"], shown["error_type"]) == ("Incomplete", error_type)
    assert said in shown["error_msg"]
    assert time.monotonic() - start < seconds * 3
    (result,) = [c for c in lab.results(job) if (c["suite"], c["name"]) == ("lava", "job")]
    assert result["result"] == "fail"
    assert result["metadata"]["error_type"] == error_type
    assert not lab.processes("qemu")
    assert not lab.processes("dispatcher")
    assert lab.call("scheduler.devices.show", "qemu-01")["state"] == "Idle"


def test_what_is_no_job_is_refused_with_its_place_and_stored_nowhere(
    lab: RunningLab, smoke_definition: str
) -> None:
    before = lab.call("scheduler.jobs.list")
    spoilt = smoke_definition.replace("method: qemu", "method: qmeu")
    for text, said in (
        ("a: [", "line 2"),
        ("- a list", "a map"),
        (smoke_definition.replace("job_name: qemu smoke test\n", ""), "job_name"),
        (smoke_definition.replace("device_type: qemu", "device_type: no-such"), "no-such"),
        (smoke_definition.replace("minutes: 5", "minutes: five"), "timeouts.job.minutes"),
        (spoilt, f"line {spoilt[: spoilt.index('method: qmeu')].count(chr(10)) + 1}"),
    ):
        with pytest.raises(xmlrpc.client.Fault) as refusal:
            lab.submit(text)
        assert refusal.value.faultCode == 400
        assert said in refusal.value.faultString
    assert lab.call("scheduler.jobs.list") == before
