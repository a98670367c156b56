"""Interactive tests of several boards: lines of a script that speak to the other jobs."""

from __future__ import annotations

from typing import Any

from pumice.testing.board import PROMPT
from pumice.testing.group_lab import GroupLab


def script(*lines: dict[str, Any]) -> dict[str, Any]:
    return {"test": {"interactive": [{"name": "ask", "prompts": [PROMPT], "script": list(lines)}]}}


def test_lines_know_what_others_sent(lab: GroupLab) -> None:
    found = [{"message": r"ip=(?P<IP>[\d.]+),"}]
    lab.member(
        "server",
        script(
            {"command": "echo ip=192.0.2.$((3+4)),", "successes": found},
            {"lava-send": "address ip={IP} port=80"},
            {"lava-sync": "end"},
        ),
    )
    lab.member(
        "client",
        script(
            {"lava-wait": "address"},
            {"name": "reach", "command": "echo to {ip} at {port}"},
            {"lava-sync": "end"},
        ),
    )
    server, client = lab.run()
    assert server.passed
    assert client.passed
    assert "to 192.0.2.7 at 80" in client.messages("target")
    assert server.cases("0_ask") == {"multinode-send-address": "pass", "multinode-sync-end": "pass"}
    assert client.cases("0_ask") == {
        "multinode-wait-address": "pass",
        "reach": "pass",
        "multinode-sync-end": "pass",
    }


def test_the_messages_of_a_role_are_waited_for(lab: GroupLab) -> None:
    lab.member("server", script({"lava-send": "up"}, {"lava-wait-all": "here client"}))
    here = {"messageID": "here", "message": {"from": "a client"}}
    lab.member("client", script({"lava-send": here}, {"lava-wait": "up"}))
    server, client = lab.run()
    assert server.passed
    assert client.passed
    assert server.cases("0_ask")["multinode-wait-all-here"] == "pass"


def test_what_is_refused_ends_the_test(lab: GroupLab) -> None:
    lab.member("alone", script({"lava-wait-all": "never-sent"}, {"command": "echo reached"}))
    (alone,) = lab.run()
    assert alone.end["error_type"] == "Test"
    assert "never-sent was refused" in alone.end["error_msg"]
    assert alone.cases("0_ask") == {"multinode-wait-all-never-sent": "fail"}
    assert alone.cases("lava")["0_ask"] == "fail"
    assert "reached" not in alone.messages("target")


def test_a_board_that_panics_waits_for_nobody(lab: GroupLab) -> None:
    panics = "(sleep 1; printf 'Kernel %sic - not syncing: no root\\n' pan) &"
    lab.member("alone", script({"command": panics}, {"lava-wait": "x"}))
    (alone,) = lab.run()
    assert alone.end["error_type"] == "Job"
    assert "Kernel panic" in alone.end["error_msg"]
    assert alone.cases("0_ask") == {"multinode-wait-x": "fail"}
