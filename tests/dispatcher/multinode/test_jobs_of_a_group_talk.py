"""Tests of several boards, whose jobs run at the same time, send each other what they have."""

from __future__ import annotations

import pytest

from pumice.testing.group_lab import GroupLab
from pumice.testing.scripted_lab import Outcome


def answers(outcome: Outcome) -> list[str]:
    """What was typed for the board's helpers: the boards here share the file that they fill."""
    return [text for text in outcome.messages("input") if text.startswith("<LAVA_WAIT")]


def test_boards_wait_for_what_others_send(lab: GroupLab) -> None:
    lab.testing("server", "lava-send address ip=192.0.2.1 port=80", "lava-sync end")
    lab.testing("client", "lava-wait address", "lava-sync end")
    server, client = lab.run()
    assert server.passed
    assert client.passed
    assert answers(client) == ["<LAVA_WAIT_COMPLETE 1:ip=192.0.2.1 1:port=80>"]
    assert server.cases("0_smoke") == {
        "multinode-send-address": "pass",
        "multinode-sync-end": "pass",
    }
    assert client.cases("0_smoke") == {
        "multinode-wait-address": "pass",
        "multinode-sync-end": "pass",
    }


def test_boards_wait_for_all(lab: GroupLab) -> None:
    lab.testing(
        "server",
        "lava-send here",
        "lava-wait-all here",
        "lava-wait-all here client",
        "lava-send go",
    )
    for _ in range(2):
        lab.testing("client", 'lava-send here me=$(lava-self) role="$(lava-role)"', "lava-wait go")
    outcomes = lab.run()
    assert [outcome.passed for outcome in outcomes] == [True, True, True]
    assert [set(answer.strip("<>").split()) for answer in answers(outcomes[0])] == [
        {"LAVA_WAIT_ALL_COMPLETE", "2:me=2", "2:role=client", "3:me=3", "3:role=client"}
    ] * 2
    assert outcomes[0].cases("0_smoke")["multinode-wait-all-here"] == "pass"


def test_boards_know_the_group(lab: GroupLab) -> None:
    lab.testing("server", "lava-group client", "lava-role list | tr '\\n' ,", "lava-group | sort")
    lab.testing("client", "lava-group 'no such role' || echo nobody=$?")
    server, client = lab.run()
    assert server.passed
    assert "server,client," in server.text
    assert {"2", "1\tserver", "2\tclient"} <= set(server.messages("target"))
    assert "nobody=1" in client.messages("target")


def test_what_is_sent_keeps_its_order(lab: GroupLab) -> None:
    sends = "for n in 1 2 3 4 5 6 7 8 9; do lava-send count n=$n; done"
    lab.testing("server", sends, "lava-sync sent")
    lab.testing("client", "lava-sync sent", "lava-wait count")
    _, client = lab.run()
    assert answers(client) == ["<LAVA_WAIT_COMPLETE 1:n=9>"]


def test_long_answers_come_whole(lab: GroupLab) -> None:
    value = "x" * 900
    values = " ".join(f"k{n}={value}" for n in range(8))
    lab.testing("server", f"lava-send long {values}", "lava-sync sent")
    lab.testing("client", "lava-sync sent", "lava-wait long", "lava-wait long")
    _, client = lab.run()
    assert client.passed
    first, second, last = answers(client)[:3]
    assert (first[:16], second[:16], last[:20]) == (
        *["<LAVA_WAIT_MORE "] * 2,
        "<LAVA_WAIT_COMPLETE ",
    )
    said = " ".join(line.strip("<>").split(" ", 1)[1] for line in (first, second, last))
    assert said == " ".join(f"1:k{n}={value}" for n in range(8))
    # The terminal takes each line whole: it echoes it.
    assert {first, second, last} <= set(client.messages("target"))


@pytest.mark.parametrize("words", ["never-sent", "a-message nobody"])
def test_what_is_refused_is_said_to_the_test(lab: GroupLab, words: str) -> None:
    lab.testing("alone", "lava-send a-message", f"lava-wait-all {words} || echo refused=$?")
    (alone,) = lab.run()
    assert alone.passed
    assert "refused=1" in alone.messages("target")
    assert alone.cases("0_smoke") == {
        "multinode-send-a-message": "pass",
        f"multinode-wait-all-{words.split()[0]}": "fail",
    }


def test_a_single_job_has_no_helpers_for_groups(lab: GroupLab) -> None:
    single = lab.lab(1)
    outcome = single.smoke(
        "command -v lava-test-case && echo there=$?", "command -v lava-sync || echo missing=$?"
    )
    assert outcome.passed
    assert {"there=0", "missing=127"} <= set(outcome.messages("target"))
