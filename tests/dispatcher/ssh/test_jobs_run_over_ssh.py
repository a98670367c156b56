"""A running host is the board: OpenSSH's own server and client."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from pumice.testing.ssh_lab import SshLab


def test_a_test_runs_on_the_host(lab: SshLab) -> None:
    lab.env_dut = "overrides: {GREETING: hello you}\n"
    outcome = lab.smoke(
        """lava-test-case here --shell 'test -n "$SSH_CONNECTION"'""",
        """lava-test-case greeted --shell 'test "$GREETING" = "hello you"'""",
        "lava-test-case fails --shell false",
    )
    assert outcome.end == {"definition": "lava", "case": "job", "result": "pass"}
    assert outcome.cases("0_smoke") == {"here": "pass", "greeted": "pass", "fails": "fail"}
    assert (lab.folder / "lava-1" / "bin" / "lava-test-case").stat().st_mode & 0o111
    assert not (lab.folder / "lava-1.tar.gz").exists()


def test_a_host_that_runs_on_is_not_switched_off(lab: SshLab) -> None:
    outcome = lab.smoke("true")
    assert outcome.passed
    assert not [line for line in outcome.messages("input") if "poweroff" in line]


def test_downloaded_files_come_with_the_overlay(lab: SshLab) -> None:
    source = lab.folder / "firmware.bin"
    source.write_bytes(bytes(range(256)) * 1000)
    outcome = lab.run(
        lab.deploy(firmware={"url": f"file://{source}"}),
        lab.boot(),
        lab.test(f"cmp {source} {lab.folder}/lava-1/downloads/firmware/firmware.bin"),
    )
    assert outcome.cases("lava")["0_smoke"] == "pass"
    copied = Path(lab.folder, "lava-1", "downloads", "firmware", "firmware.bin")
    assert copied.read_bytes() == source.read_bytes()


def test_a_host_that_does_not_listen_is_an_infrastructure_error(lab: SshLab) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        lab.variables["ssh_port"] = nobody.getsockname()[1]
        outcome = lab.smoke("true")
    assert outcome.end["error_type"] == "Infrastructure"
    assert "scp" in outcome.end["error_msg"]


def test_a_key_that_the_host_refuses_is_an_infrastructure_error(lab: SshLab) -> None:
    lab.variables["ssh_identity_file"] = str(lab.host.other_key)
    outcome = lab.run(lab.boot(), lab.test("true"))
    assert outcome.end["error_type"] == "Infrastructure"
    assert "Permission denied" in outcome.text


def test_a_host_that_never_answers_is_given_up_in_time(lab: SshLab) -> None:
    with socket.socket() as silent:
        # It takes the connection, and never says who it is.
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        lab.variables["ssh_port"] = silent.getsockname()[1]
        lab.timeouts = {"actions": {"scp-deploy": {"seconds": 1}}}
        outcome = lab.smoke("true")
    assert outcome.end["error_type"] == "Infrastructure"
    assert outcome.end["error_msg"] == "scp-deploy timed out after 1 seconds"


def test_a_key_that_is_not_there_ends_the_job_before_it_begins(lab: SshLab) -> None:
    lab.variables["ssh_identity_file"] = "dynamic_vm_keys/lava"
    outcome = lab.smoke("true")
    assert outcome.end["error_type"] == "Configuration"
    assert "set ssh_identity_file" in outcome.end["error_msg"]
    assert outcome.cases("lava")["validate"] == "fail"


def test_a_connection_that_breaks_is_made_again(lab: SshLab) -> None:
    # The first shell ends before it asks for anything.
    lab.host.breaks.write_text("")
    outcome = lab.run(lab.deploy(), lab.boot(failure_retry=2), lab.test("true"))
    assert outcome.passed
    assert [m for m in outcome.messages("error") if "login-ssh failed: 1 of 2 attempts" in m]


def test_a_connection_that_ends_during_a_test_ends_the_job(lab: SshLab) -> None:
    outcome = lab.smoke(f"kill -9 $(cat {lab.host.shell})", "sleep 60")
    assert outcome.end["error_type"] == "Infrastructure"
    assert "ssh ended with status" in outcome.end["error_msg"]


def test_two_jobs_run_on_one_host_at_once(lab: SshLab) -> None:
    other = SshLab(lab.folder / "other", host=lab.host, job_id="2")
    other.folder.mkdir()
    # Each waits for the other: neither ends before both have begun.
    jobs = [(lab, "mine", "theirs"), (other, "theirs", "mine")]
    processes = [
        here.start(
            here.deploy(),
            here.boot(),
            here.test(
                f"touch {lab.folder}/{own}",
                f"while ! test -e {lab.folder}/{foreign}; do sleep 0.05; done",
                "lava-test-case met --result pass",
            ),
        )
        for here, own, foreign in jobs
    ]
    assert [process.wait(30) for process in processes] == [0, 0]
    for here in (lab, other):
        assert here.outcome.cases("0_smoke") == {"met": "pass"}


@pytest.mark.parametrize("known", [True, False], ids=["known", "another's"])
def test_the_hosts_key_is_checked_where_the_device_says_so(lab: SshLab, known: bool) -> None:
    # The server keeps its own key beside those of its users.
    key = lab.host.key.with_name("host.pub" if known else "other.pub")
    words = key.read_text().split()
    hosts = lab.folder / "known_hosts"
    hosts.write_text(f"[127.0.0.1]:{lab.host.port} {words[0]} {words[1]}\n")
    checked = ["-o", "StrictHostKeyChecking=yes", "-o", f"UserKnownHostsFile={hosts}"]
    lab.variables["ssh_options"] = checked
    outcome = lab.smoke("true")
    if known:
        assert outcome.passed, outcome.end
    else:
        assert outcome.end["error_type"] == "Infrastructure"
        assert "Host key verification failed" in outcome.text
