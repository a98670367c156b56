"""A guest of a MultiNode group, scheduled and run by a lab on its host's device."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from pumice.testing.running_lab import RunningLab

SECONDS = 300
HOST = Path(__file__).parents[2] / "examples" / "jobs" / "virtual-ssh.yaml"


def test_a_guest_reaches_its_host_over_ssh(lab: RunningLab) -> None:
    add = [sys.executable, "-m", "pumice", "lab", "add-virtual", "ssh"]
    add += ["--dir", str(lab.directory)]
    add += ["--database", lab.database] if lab.database else []
    subprocess.run(add, check=True)
    names: list[str] = lab.call("scheduler.jobs.submit", yaml.safe_dump(group(), sort_keys=False))
    ended = [lab.wait_until_finished(name, SECONDS) for name in names]
    logs = [str(lab.log(name))[-3000:] for name in names]
    assert [job["health"] for job in ended] == ["Complete"] * 2, logs
    host, guest = ended
    assert (host["device_type"], guest["device_type"]) == ("ssh", None)
    assert guest["device"] is None
    cases = {case["name"]: case["result"] for case in lab.results(names[1])}
    assert cases["is-a-machine-of-its-own"] == "pass"


def group() -> dict[str, Any]:
    """The job of the example as a host, and a guest that runs its test there."""
    job = yaml.safe_load(HOST.read_text())
    deploy, boot, test = (item[kind] for item in job["actions"] for kind in item)
    call = {"action": "prepare-scp-overlay", "request": "lava-wait", "messageID": "address"}
    wait = {"lava-multinode": [{**call, "message": {"ip": "$ip"}}]}
    reach = {"connection": "ssh", "parameters": {"hostID": "address", "host_key": "ip"}}
    return {
        **{key: job[key] for key in ("job_name", "visibility", "timeouts")},
        "protocols": {"lava-multinode": {"roles": {"host": HOST_ROLE, "guest": GUEST_ROLE}}},
        "actions": [
            {"deploy": {**deploy, "role": ["host"]}},
            {"boot": {**boot, "role": ["host"]}},
            {"test": {**running(test, "tell", TELLS), "role": ["host"]}},
            {"deploy": {**deploy, "role": ["guest"], "os": "oe", "protocols": wait}},
            {"boot": {**boot, **reach, "role": ["guest"]}},
            {"test": {**running(test, "look", LOOKS), "role": ["guest"]}},
        ],
    }


HOST_ROLE = {"device_type": "ssh", "count": 1, "essential": True}
GUEST_ROLE = {
    "connection": "ssh",
    "count": 1,
    "host_role": "host",
    "expect_role": "host",
    "request": "lava-start",
}
TELLS = ["lava-send address ip=127.0.0.1", "lava-send lava_start", "lava-sync end"]
LOOKS = [
    'lava-test-case is-a-machine-of-its-own --shell test "$(hostname)" = pumice',
    "lava-sync end",
]


def running(test: dict[str, Any], name: str, steps: list[str]) -> dict[str, Any]:
    (definition,) = test["definitions"]
    repository = {**definition["repository"], "run": {"steps": steps}}
    return {**test, "definitions": [{**definition, "name": name, "repository": repository}]}
