"""A MultiNode definition: what is checked, and the jobs that it becomes."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from pumice.definitions import jobs, multinode
from pumice.definitions.multinode import PROTOCOL, Member
from pumice.formats import yaml
from pumice.formats.errors import InvalidDocument

JOB: dict[str, Any] = yaml.load("""
job_name: group
visibility: public
priority: high
metadata: {a: b}
secrets: {TOKEN: x}
timeouts: {job: {hours: 1}}
protocols:
  lava-xnbd: {port: auto}
  lava-multinode:
    timeout: {minutes: 9}
    roles:
      server: {device_type: qemu, count: 1, context: {arch: amd64}, essential: true, tags: [big]}
      client: {device_type: board, count: 2, timeout: {minutes: 5}, environment: {A: 1}}
      guest:
        {connection: ssh, count: 1, host_role: server, expect_role: server, request: lava-start}
actions:
- deploy: {role: [server], to: tmpfs, images: {a: {url: u}}}
- deploy: {role: [client, guest], to: overlay}
- boot: {role: [server, client], method: minimal}
- test:
    role: [client]
    definitions: [{from: git, name: a, path: p, repository: r}]
    protocols:
      lava-multinode:
      - {action: lava-test-shell, request: lava-sync, messageID: ready, timeout: {minutes: 1}}
""").data
GROUP = "0f5e"


def test_a_group_is_valid() -> None:
    text = yaml.dump(JOB)
    assert jobs.check(text, strict=True) == []
    with pytest.raises(InvalidDocument) as refused:
        jobs.parse(text)
    (problem,) = refused.value.problems
    assert problem.message == "this version of Pumice does not run the protocol 'lava-xnbd'"
    group = jobs.parse(yaml.dump({**JOB, "protocols": {PROTOCOL: JOB["protocols"][PROTOCOL]}}))
    assert group.is_group
    assert (group.device_type, group.priority) == (None, 100)


def test_who_the_jobs_are_is_known_without_their_definitions() -> None:
    assert multinode.members(JOB) == (
        Member("server", essential=True),
        Member("client"),
        Member("client"),
        Member("guest", host=0),
    )


def test_there_is_a_job_for_each_role_and_count() -> None:
    parts = multinode.split(JOB, target_group=GROUP)
    assert [(part.sub_id, part.role, part.is_guest) for part in parts] == [
        (0, "server", False),
        (1, "client", False),
        (2, "client", False),
        (3, "guest", True),
    ]


def test_each_job_has_what_is_common_and_what_its_role_says() -> None:
    server, client, _, guest = (p.definition for p in multinode.split(JOB, target_group=GROUP))
    for part in (server, client, guest):
        assert part["job_name"] == "group"
        assert part["priority"] == "high"
        assert part["secrets"] == {"TOKEN": "x"}
        assert part["protocols"]["lava-xnbd"] == {"port": "auto"}
    assert (server["device_type"], server["context"]) == ("qemu", {"arch": "amd64"})
    assert server["tags"] == ["big"]
    assert client["environment"] == {"A": 1}
    assert (guest["connection"], guest["host_role"]) == ("ssh", "server")
    assert "device_type" not in guest


def test_the_protocol_says_which_job_of_the_group_it_is() -> None:
    parts = multinode.split(JOB, target_group=GROUP)
    assert parts[2].definition["protocols"]["lava-multinode"] == {
        "target_group": GROUP,
        "role": "client",
        "group_size": 4,
        "sub_id": 2,
        "count": 2,
        "timeout": {"minutes": 5},
        "environment": {"A": 1},
    }
    first = parts[0].definition["protocols"]["lava-multinode"]
    assert (first["essential"], first["timeout"]) == (True, {"minutes": 9})
    assert "device_type" not in first
    assert "roles" not in first


def test_each_job_has_its_own_actions_with_one_role() -> None:
    parts = multinode.split(JOB, target_group=GROUP)
    kinds = [[next(iter(item)) for item in part.definition["actions"]] for part in parts]
    both = ["deploy", "boot", "test"]
    assert kinds == [["deploy", "boot"], both, both, ["deploy"]]
    assert parts[1].definition["actions"][0]["deploy"] == {"role": "client", "to": "overlay"}


def test_an_item_with_actions_of_two_roles_is_parted() -> None:
    job = copy.deepcopy(JOB)
    job["actions"][0]["boot"] = {"role": ["client"], "method": "minimal"}
    parts = multinode.split(job, target_group=GROUP)
    assert list(parts[0].definition["actions"][0]) == ["deploy"]
    assert list(parts[1].definition["actions"][0]) == ["boot"]


def test_the_jobs_share_nothing() -> None:
    before = copy.deepcopy(JOB)
    first, second, *_ = multinode.split(JOB, target_group=GROUP)
    first.definition["timeouts"]["job"]["hours"] = 2
    first.definition["metadata"]["c"] = "d"
    assert second.definition["timeouts"] == {"job": {"hours": 1}}
    assert before == JOB


@pytest.mark.parametrize("count", [0, 1001])
def test_a_group_has_at_least_one_job_and_not_too_many(count: int) -> None:
    job = copy.deepcopy(JOB)
    job["protocols"]["lava-multinode"]["roles"] = {"a": {"device_type": "b", "count": count}}
    with pytest.raises(InvalidDocument, match="1 to 1000 are possible"):
        multinode.split(job, target_group=GROUP)


WRONG: list[tuple[tuple[str, ...], Any, str]] = [
    (("server", "connection"), "ssh", "'device_type' and 'connection' exclude each other"),
    (("client", "device"), "board-1", "Specific device 'board-1' cannot be used when count is"),
    (("client", "count"), -1, "a number of 0 or more is needed, found the number -1"),
    (("guest", "host_role"), "sever", "names no role, but 'sever': did you mean 'server'?"),
    (("guest", "expect_role"), "other", "'expect_role' of 'guest' names no role"),
    (("guest", "host_role"), "guest", "the host role 'guest' of 'guest' runs on the device of"),
    (("guest", "host_role"), "client", "the host role 'client' of 'guest' needs 'count: 1'"),
    (("server", "context"), {"mahcine": "q35"}, "'mahcine': did you mean 'machine'?"),
    (("server", "essentail"), True, "unknown key 'essentail': did you mean 'essential'?"),
]


@pytest.mark.parametrize(("path", "value", "message"), WRONG, ids=[text for *_, text in WRONG])
def test_wrong_roles_are_refused(path: tuple[str, str], value: object, message: str) -> None:
    job = copy.deepcopy(JOB)
    job["protocols"]["lava-multinode"]["roles"][path[0]][path[1]] = value
    problems = jobs.check(yaml.dump(job), strict=True)
    assert any(message in problem.message for problem in problems), problems
    assert all(problem.path[:2] == ("protocols", "lava-multinode") for problem in problems)


def test_actions_must_name_roles_that_there_are() -> None:
    job = copy.deepcopy(JOB)
    job["actions"][0]["deploy"]["role"] = ["sever"]
    del job["actions"][2]["boot"]["role"]
    job["device_type"] = "qemu"
    assert [problem.message for problem in jobs.check(yaml.dump(job))] == [
        "unknown role 'sever': did you mean 'server'?",
        "the key 'role' is missing: MultiNode needs it",
        "'device_type' stands in each role of a MultiNode job",
    ]
