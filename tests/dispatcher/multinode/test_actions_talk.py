"""Calls that actions make before they run: ``protocols`` of an action."""

from __future__ import annotations

from typing import Any

import pytest

from pumice.testing.group_lab import GroupLab, Member, wait_until


def calling(member: Member, place: int, *calls: dict[str, Any]) -> None:
    """Give calls to one of the job's actions."""
    (block,) = member.actions[place].values()
    block["protocols"] = {"lava-multinode": list(calls)}


def call(action: str, request: str, message_id: str, **keys: Any) -> dict[str, Any]:
    return {"action": action, "request": request, "messageID": message_id, **keys}


def position(member: Member, text: str) -> int:
    texts = [str(line.msg) for line in member.outcome.records]
    return next(index for index, found in enumerate(texts) if text in found)


def test_an_action_waits_for_another_jobs_action(lab: GroupLab) -> None:
    first, second = lab.testing("first", "true"), lab.testing("second", "true")
    calling(first, 1, call("execute-qemu", "lava-wait", "go"))
    calling(second, 2, call("lava-test-shell", "lava-send", "go"))
    lab.start(second, size=2)
    wait_until(lambda: second.says("waiting for the 2 jobs"), "the second waits for the first")
    lab.start(first, size=2)
    assert first.end().passed
    assert second.end().passed
    sent = next(line.dt for line in second.outcome.records if line.msg == "lava-send go: done")
    booted = next(line.dt for line in first.outcome.records if "SeaBIOS" in str(line.msg))
    assert sent < booted
    assert position(first, "lava-wait go: ") > position(first, "start: 2.1.1 execute-qemu")


def test_values_come_out_of_replies_and_go_on(lab: GroupLab) -> None:
    first = lab.testing("first", "lava-send address ip=192.0.2.1 port=80", "lava-wait copied")
    second = lab.testing("second", "true")
    last = lab.testing("third", "lava-wait copied")
    calling(
        second,
        2,
        call("lava-test-shell", "lava-wait", "address", message={"host": "$ip"}),
        call("lava-test-shell", "lava-send", "copied", message={"to": "$host", "it": "is"}),
    )
    outcomes = lab.run()
    assert [outcome.passed for outcome in outcomes] == [True, True, True]
    (answer,) = [text for text in last.outcome.messages("input") if "COMPLETE" in text]
    assert set(answer.strip("<>").split()[1:]) == {"2:to=192.0.2.1", "2:it=is"}
    assert first.outcome.passed is None


@pytest.mark.parametrize("request_name", ["lava-sync", "lava-wait-all"])
def test_a_call_is_not_made_again_with_another_attempt(lab: GroupLab, request_name: str) -> None:
    lab.testing("first", "lava-send here", f"{request_name} here")
    second = lab.testing("second", "lava-send here", "test -e again || { touch again; kill 0; }")
    fails = "test -e /dev/shm/x || lava-test-raise again"
    second.actions[2]["test"] = lab.members[0].lab.test(fails)["test"]
    second.actions[2]["test"]["failure_retry"] = 2
    calling(
        second,
        2,
        call("lava-test-shell", "lava-send", "here"),
        call("lava-test-shell", request_name, "here"),
    )
    first, again = lab.run()
    assert first.passed
    assert again.end["error_type"] == "Test"
    assert len([m for m in again.messages("debug") if m.startswith(f"{request_name} here: ")]) == 1


def test_a_value_that_nobody_sent_ends_the_job(lab: GroupLab) -> None:
    lab.testing("first", "lava-send address port=80")
    second = lab.testing("second", "true")
    calling(second, 2, call("lava-test-shell", "lava-wait", "address", message={"host": "$ip"}))
    _, outcome = lab.run()
    assert outcome.end["error_type"] == "Job"
    assert "'$ip'" in outcome.end["error_msg"]


def test_a_call_that_takes_too_long_ends_the_job(lab: GroupLab) -> None:
    alone = lab.testing("alone", "true")
    calling(alone, 2, call("lava-test-shell", "lava-wait", "never", timeout={"seconds": 1}))
    (outcome,) = lab.run()
    assert outcome.end["error_type"] == "MultinodeTimeout"
    assert outcome.end["error_msg"] == "lava-wait never timed out after 1 seconds"
    assert outcome.result("lava", "lava-test-shell")["error_type"] == "MultinodeTimeout"


def test_a_call_before_an_action_that_the_job_does_not_have_is_told(lab: GroupLab) -> None:
    alone = lab.testing("alone", "true")
    calling(alone, 0, call("umount-retry", "lava-wait", "never"))
    (outcome,) = lab.run()
    assert outcome.passed
    assert any("umount-retry" in text for text in outcome.messages("warning"))
