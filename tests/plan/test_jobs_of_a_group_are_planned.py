"""The plan of one job of a MultiNode group: its calls, and what is wrong in them."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from pumice.definitions import multinode, planning
from pumice.formats.errors import InvalidDocument
from pumice.plan.actions import Plan

DEVICE: dict[str, Any] = {
    "hostname": "board-01",
    "commands": {"connections": {"a": {"connect": "true", "tags": ["primary"]}}},
    "actions": {
        "deploy": {"methods": {"ssh": {"host": "", "user": "root"}, "overlay": {}}},
        "boot": {"methods": {"minimal": {}, "ssh": {}}},
    },
}
GROUP = {"target_group": "g", "role": "client", "group_size": 2, "sub_id": 1}
WAIT = {"action": "minimal-boot", "request": "lava-wait", "messageID": "up"}
BOOT: dict[str, Any] = {"boot": {"method": "minimal", "prompts": ["# "]}}
TEST: dict[str, Any] = {
    "test": {
        "definitions": [
            {
                "from": "inline",
                "name": "a",
                "path": "a.yaml",
                "repository": {"metadata": {"name": "a"}, "run": {"steps": ["true"]}},
            }
        ]
    }
}


def planned(*actions: dict[str, Any], group: dict[str, Any] | None = None) -> Plan:
    job: dict[str, Any] = {"timeouts": {"job": {"minutes": 5}}, "actions": list(actions)}
    if group is not None:
        job["protocols"] = {"lava-multinode": group}
    return planning.plan(job, DEVICE, job_id="1")


def calling(*calls: dict[str, Any]) -> dict[str, Any]:
    action = copy.deepcopy(BOOT)
    action["boot"]["protocols"] = {"lava-multinode": list(calls)}
    return action


def test_an_action_has_the_calls_that_name_it() -> None:
    send: dict[str, Any] = {"action": "login-action", "request": "lava-send", "messageID": "me"}
    timeout: dict[str, Any] = {"timeout": {"minutes": 2}}
    made = planned(calling(WAIT, send | {"message": {"a": "$b"}}, WAIT | timeout), group=GROUP)
    assert made.obstacles == ()
    calls = {action.name: action.calls for action in made.walk() if action.calls}
    assert sorted(calls) == ["login-action", "minimal-boot"]
    assert calls["login-action"][0]["message"] == {"a": "$b"}
    assert [call["timeout"] for call in calls["minimal-boot"]] == [0, 120]
    assert calls["minimal-boot"][0]["message_id"] == "up"


def test_only_jobs_of_groups_get_the_helpers_for_them() -> None:
    deploy = {"deploy": {"to": "overlay"}}
    runners = [
        next(action.runner for action in made.walk() if action.name == "lava-multinode-overlay")
        for made in (planned(deploy, TEST), planned(deploy, TEST, group=GROUP))
    ]
    assert runners == ["", "pumice.dispatcher.overlay.build:multinode"]


def test_the_group_is_read_from_the_definition() -> None:
    later = {"request": "lava-start", "expect_role": "server", "timeout": {"minutes": 3}}
    job = {"protocols": {"lava-multinode": {**GROUP, **later}}}
    assert multinode.membership(job) == multinode.Membership("g", "client", 2, 180, "server")
    assert multinode.membership({"protocols": {"lava-xnbd": {}}}) is None


@pytest.mark.parametrize(
    ("actions", "group", "said"),
    [
        ([BOOT], {"roles": {}}, "definition of a whole group"),
        ([BOOT], {**GROUP, "group_size": 0}, "definition of a whole group"),
        ([BOOT], {**GROUP, "request": "lava-sync"}, "starts at once or by 'lava-start'"),
        ([BOOT], {**GROUP, "request": "lava-start"}, "needs a role"),
        ([calling(WAIT)], None, "only a job of a MultiNode group"),
        ([calling({**WAIT, "request": "lava-start"})], GROUP, "needs the key 'expect_role'"),
        ([calling({**WAIT, "messageID": ""})], GROUP, "needs the key 'messageID'"),
        ([calling({**WAIT, "timeout": {"weeks": 1}})], GROUP, "unknown unit"),
        (
            [{"boot": {"method": "ssh", "parameters": {"hostID": "up"}}}],
            GROUP,
            "'hostID' and 'host_key' need each other",
        ),
        (
            [{"boot": {"method": "ssh", "parameters": {"hostID": "up", "host_key": "ip"}}}],
            None,
            "only a job of a MultiNode group",
        ),
        (
            [
                BOOT,
                {
                    "test": {
                        "interactive": [
                            {"name": "a", "prompts": ["#"], "script": [{"lava-wait": "up"}]}
                        ]
                    }
                },
            ],
            None,
            "only a job of a MultiNode group",
        ),
    ],
)
def test_what_cannot_be_is_refused(
    actions: list[dict[str, Any]], group: dict[str, Any] | None, said: str
) -> None:
    with pytest.raises(InvalidDocument, match=said):
        planned(*actions, group=group)


def test_other_protocols_do_not_run() -> None:
    action = copy.deepcopy(BOOT)
    action["boot"]["protocols"] = {"lava-xnbd": []}
    made = planning.plan(
        {
            "timeouts": {"job": {"minutes": 5}},
            "protocols": {"lava-xnbd": {"port": "auto"}},
            "actions": [action],
        },
        DEVICE,
        job_id="1",
    )
    assert [problem.path for problem in made.obstacles] == [
        ("protocols", "lava-xnbd"),
        ("actions", 0, "boot", "protocols", "lava-xnbd"),
    ]
