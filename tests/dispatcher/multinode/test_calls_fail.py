"""What is waited for and does not come: time is up, others die, the coordinator goes away."""

from __future__ import annotations

import signal
import socket
import threading

from pumice.testing.group_lab import GroupLab, wait_until

PANICS = "printf 'Kernel %sic - not syncing: no root\\n' pan"
"""A command that says so, and whose own text does not."""


def test_a_message_that_never_comes_ends_the_job_in_the_roles_time(lab: GroupLab) -> None:
    lab.testing("alone", "lava-wait never", "echo reached", timeout={"seconds": 1})
    (alone,) = lab.run()
    assert alone.end["error_type"] == "MultinodeTimeout"
    assert "lava-wait never timed out after 1 seconds" in alone.end["error_msg"]
    assert alone.cases("0_smoke") == {"multinode-wait-never": "fail"}
    assert alone.cases("lava")["0_smoke"] == "fail"
    assert alone.cases("lava")["power-off"] == "pass"
    assert "reached" not in alone.messages("target")


def test_a_call_takes_no_longer_than_the_test(lab: GroupLab) -> None:
    alone = lab.testing("alone", "lava-wait never")
    alone.actions[-1]["test"]["timeout"] = {"seconds": 6}
    (outcome,) = lab.run()
    assert outcome.end["error_type"] == "MultinodeTimeout"
    assert outcome.result("lava", "lava-test-shell")["error_type"] == "MultinodeTimeout"


def test_a_test_whose_timeout_is_skipped_is_followed_by_the_next(lab: GroupLab) -> None:
    alone = lab.testing("alone", "lava-wait never")
    alone.actions[-1]["test"]["timeout"] = {"seconds": 3, "skip": True}
    alone.actions = (*alone.actions, alone.lab.test("echo go on", name="second"))
    (outcome,) = lab.run()
    assert outcome.passed
    assert outcome.cases("lava")["1_second"] == "pass"


def test_others_wait_for_a_job_that_died_no_longer_than_they_may(lab: GroupLab) -> None:
    dies = lab.testing("dies", "echo here-it-is", "sleep 100")
    lab.testing("waits", "lava-wait address", timeout={"seconds": 4})
    lab.start()
    wait_until(lambda: dies.says("+ echo here-it-is"), "the first job's test runs")
    dies.signal(signal.SIGKILL)
    waits = lab.members[1].end()
    assert waits.end["error_type"] == "MultinodeTimeout"
    assert dies.process is not None
    dies.process.wait()
    # Its files are left, as those of whatever is killed.
    lab.members.remove(dies)


def test_a_job_that_is_canceled_while_it_waits_ends_at_once(lab: GroupLab) -> None:
    alone = lab.testing("alone", "lava-wait never")
    lab.start()
    wait_until(lambda: alone.says("The test calls lava-wait never"), "the test waits")
    alone.signal()
    outcome = alone.end()
    assert outcome.end["error_type"] == "Canceled"
    assert outcome.cases("0_smoke") == {"multinode-wait-never": "fail"}


def test_a_job_that_is_canceled_before_its_group_is_complete_ends_at_once(lab: GroupLab) -> None:
    alone = lab.testing("alone", "true")
    lab.start(size=2)
    wait_until(lambda: alone.says("waiting for the 2 jobs"), "the job waits")
    alone.signal()
    outcome = alone.end()
    assert outcome.end["error_type"] == "Canceled"
    assert "SeaBIOS" not in outcome.text


def test_a_board_that_panics_waits_for_nobody(lab: GroupLab) -> None:
    lab.testing("alone", f"(sleep 1; {PANICS}) & lava-wait never")
    (alone,) = lab.run()
    assert alone.end["error_type"] == "Job"
    assert "Kernel panic" in alone.end["error_msg"]


def test_a_test_cannot_make_calls_without_end(lab: GroupLab) -> None:
    lab.testing("alone", "yes '<LAVA_MULTI_NODE> <LAVA_WAIT never>' | head -n 5000; sleep 100")
    (alone,) = lab.run()
    assert alone.end["error_type"] == "Test"
    assert "1000 calls" in alone.end["error_msg"]


def test_a_coordinator_that_is_started_again_goes_on(lab: GroupLab) -> None:
    first = lab.testing("first", "lava-send early x=1", "lava-wait late", "lava-sync end")
    lab.start(size=2)
    second = lab.testing(
        "second", "lava-wait early", "lava-send late", "lava-sync end", "lava-wait early"
    )
    lab.start(second)
    wait_until(lambda: first.says("waiting for the 2 jobs"), "the first joins")
    lab.coordinator.kill()
    wait_until(lambda: first.says("does not answer, trying again"), "the first misses it")
    lab.coordinator.start()
    assert first.end().passed
    assert second.end().passed
    assert first.says("answers again")


def test_a_coordinator_that_never_answers_is_the_labs_failure(lab: GroupLab) -> None:
    lab.coordinator.kill()
    alone = lab.testing("alone", "true")
    alone.lab.timeouts = {"job": {"seconds": 6}}
    (outcome,) = lab.run()
    assert outcome.end["error_type"] == "Infrastructure"
    assert "the coordinator at 127.0.0.1:" in outcome.end["error_msg"]
    assert "does not answer" in outcome.end["error_msg"]


def test_what_is_no_coordinator_is_the_labs_failure(lab: GroupLab) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet() -> None:
            connection, _ = listening.accept()
            with connection:
                while connection.recv(1 << 16):
                    pass
                connection.sendall(b"220 mail.example.org ESMTP\r\n")

        thread = threading.Thread(target=greet)
        thread.start()
        lab.address = f"127.0.0.1:{listening.getsockname()[1]}"
        lab.testing("alone", "true")
        lab.start()
        thread.join(60)
    outcome = lab.members[0].end()
    assert outcome.end["error_type"] == "Infrastructure"
    assert "is no coordinator" in outcome.end["error_msg"]


def test_without_a_coordinator_the_job_does_not_begin(lab: GroupLab) -> None:
    lab.address = ""
    lab.testing("alone", "true")
    (outcome,) = lab.run()
    assert outcome.end["error_type"] == "Infrastructure"
    assert "no coordinator is known" in outcome.end["error_msg"]
    assert outcome.cases("lava") == {"validate": "fail", "job": "fail"}
