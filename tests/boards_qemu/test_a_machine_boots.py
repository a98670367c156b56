"""A real machine boots, runs every helper, and switches itself off."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any

from pumice.testing.scripted_lab import marked

STEPS = (
    "lava-test-case uname --shell uname -a",
    "lava-test-case nope --shell false",
    "lava-test-set start numbers",
    "lava-test-case speed --result pass --measurement 12.5 --units MB/s",
    "lava-test-set stop",
    "echo content > /tmp/file",
    "lava-test-case shown --result skip --output /tmp/file",
    "lava-test-reference elsewhere --result pass --reference http://server/log",
    "lava-test-event half way",
    "lava-test-feedback --namespace other",
    "cat $0 /lava-1/0/tests/0_all/run.sh",
    "lava-test-case mounted --shell grep -q /lava-1 /proc/mounts",
)


def test_a_job_with_every_helper_completes_record_by_record(lab: Any) -> None:
    outcome = lab.run(lab.deploy(), lab.boot(), lab.test(*STEPS, name="all"))
    assert outcome.end == {"definition": "lava", "case": "job", "result": "pass"}
    reported = [(r["definition"], r["case"], r["result"]) for r in outcome.results]
    downloads = sorted(r["extra"]["label"] for r in outcome.results if r["case"] == "file-download")
    assert downloads == ["kernel", "ramdisk"]
    assert reported == [
        ("lava", "validate", "pass"),
        ("lava", "test-overlay", "pass"),
        ("lava", "test-install-overlay", "pass"),
        ("lava", "test-runscript-overlay", "pass"),
        ("lava", "file-download", "pass"),
        ("lava", "file-download", "pass"),
        ("lava", "apply-overlay-guest", "pass"),
        ("lava", "execute-qemu", "pass"),
        ("lava", "kernel-messages", "pass"),
        ("lava", "login-action", "pass"),
        ("0_all", "uname", "pass"),
        ("0_all", "nope", "fail"),
        ("0_all", "speed", "pass"),
        ("0_all", "shown", "skip"),
        ("0_all", "elsewhere", "pass"),
        ("0_all", "mounted", "pass"),
        ("lava", "0_all", "pass"),
        ("lava", "power-off", "pass"),
        ("lava", "job", "pass"),
    ]
    speed = outcome.result("0_all", "speed")
    assert (speed["measurement"], speed["units"], speed["set"]) == ("12.5", "MB/s", "numbers")
    assert outcome.result("lava", "execute-qemu")["extra"]["qemu_version"].startswith("QEMU")
    assert outcome.messages("event") == ["half way"]
    uname = outcome.result("0_all", "uname")
    inside = outcome.records[uname["starttc"] : uname["endtc"]]
    assert [record.msg for record in inside if str(record.msg).startswith("Linux pumice")]
    assert outcome.messages("input")[-1] == "poweroff"
    assert "switching the board off" not in outcome.text, "it went off by itself"
    times = [record.dt for record in outcome.records]
    assert times == sorted(times)


def test_a_kernel_without_a_root_file_system_panics_and_ends_the_job(lab: Any) -> None:
    deploy = lab.deploy()
    deploy["deploy"]["images"]["ramdisk"]["image_arg"] = ""
    outcome = lab.run(deploy, lab.boot())
    assert outcome.end["error_type"] == "Job"
    assert "Kernel panic - not syncing" in outcome.end["error_msg"]
    assert outcome.cases("lava")["kernel-messages"] == "fail"


def test_a_machine_that_is_killed_in_a_test_is_the_labs_failure(lab: Any) -> None:
    thread = threading.Thread(target=kill_the_machine, args=(lab,))
    thread.start()
    deploy = lab.deploy(format="cpio.newc", overlays={"lava": True})
    test = lab.test("lava-test-case in-ram --result pass", "sleep 60")
    outcome = lab.run(deploy, lab.boot(), test)
    thread.join()
    assert outcome.end["error_type"] == "Infrastructure"
    assert "was killed by SIGKILL" in outcome.end["error_msg"]
    assert outcome.cases("0_smoke") == {"in-ram": "pass"}
    assert outcome.cases("lava")["0_smoke"] == "fail"


def kill_the_machine(lab: Any) -> None:
    """Once its test sleeps."""
    log = lab.outcome.output / "logs.yaml"
    while not log.exists() or "+ sleep 60" not in log.read_text():
        time.sleep(0.05)
    for pid in marked(lab.outcome.output):
        os.kill(pid, signal.SIGKILL)
