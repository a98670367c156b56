"""Roles that start later, and guests: jobs on the device of another role, reached by ssh."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pumice.definitions import multinode
from pumice.testing import ssh_host
from pumice.testing.group_lab import TIMEOUTS, GroupLab, Member
from pumice.testing.ssh_host import SshHost
from pumice.testing.ssh_lab import SshLab

GUEST = {"request": "lava-start", "expect_role": "host"}


@dataclass
class GuestLab(SshLab):
    """A guest's device: what servers give of its host's, which names no host to connect to."""

    def device(self) -> dict[str, Any]:
        device = multinode.guest_device(super().device())
        device["actions"]["deploy"]["methods"]["ssh"]["host"] = ""
        return device


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshHost]:
    with ssh_host.running(tmp_path_factory.mktemp("ssh") / "host") as host:
        yield host


def guest(lab: GroupLab, server: SshHost, number: int, **keys: Any) -> Member:
    """A guest that is told its host's address by a message."""
    folder: Path = lab.folder / str(number)
    folder.mkdir()
    own = GuestLab(folder, job_id=str(number), host=server, timeouts=dict(TIMEOUTS))
    call = {"action": "prepare-scp-overlay", "request": "lava-wait", "messageID": "address"}
    deploy = own.deploy(
        protocols={"lava-multinode": [{**call, "message": {"ip": "$ip"}}]}, os="debian"
    )
    boot = own.boot(parameters={"hostID": "address", "host_key": "ip"}, connection="ssh")
    test = own.test("lava-test-case here --shell 'test -n \"$SSH_CONNECTION\"'", "lava-sync end")
    return lab.on(own, "guest", deploy, boot, test, **{**GUEST, "host_role": "host", **keys})


def test_guests_run_on_their_host(lab: GroupLab, server: SshHost) -> None:
    steps = ["lava-send address ip=127.0.0.1", "lava-send lava_start", "lava-sync end"]
    lab.testing("host", *steps)
    for number in (2, 3):
        guest(lab, server, number)
    outcomes = lab.run()
    assert [outcome.passed for outcome in outcomes] == [True, True, True]
    for outcome in outcomes[1:]:
        assert outcome.cases("0_smoke") == {"here": "pass", "multinode-sync-end": "pass"}
        assert "127.0.0.1, port" in outcome.text


def test_a_role_starts_when_another_says_so(lab: GroupLab) -> None:
    host = lab.testing("host", "lava-wait go", "echo here-it-is", "lava-send lava_start")
    other = lab.testing("other", "lava-send go")
    later = lab.testing("later", "true", **GUEST)
    lab.start()
    assert later.end().passed
    assert host.end().passed
    assert other.end().passed
    seen = next(line.dt for line in host.outcome.records if line.msg == "here-it-is")
    booted = next(line.dt for line in later.outcome.records if "SeaBIOS" in str(line.msg))
    assert seen < booted


def test_a_role_that_nobody_starts_fails_in_its_time(lab: GroupLab) -> None:
    lab.testing("host", "lava-wait never", timeout={"seconds": 2})
    lab.testing("later", "true", timeout={"seconds": 1}, **GUEST)
    _, later = lab.run()
    assert later.end["error_type"] == "MultinodeTimeout"
    assert "lava-wait-all lava_start of role host timed out" in later.end["error_msg"]
    assert "SeaBIOS" not in later.text


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("ip=-oProxyCommand=x", "holds no host's address"),
        ("port=22", "nothing is known of '$ip'"),
    ],
)
def test_a_message_without_a_host_ends_the_guest(
    lab: GroupLab, server: SshHost, sent: str, said: str
) -> None:
    lab.testing("host", f"lava-send address {sent}", "lava-send lava_start")
    guest(lab, server, 2)
    _, outcome = lab.run()
    assert outcome.end["error_type"] == "Job"
    assert said in outcome.end["error_msg"]


def test_a_host_that_was_not_waited_for_is_not_known(lab: GroupLab, server: SshHost) -> None:
    lab.testing("host", "lava-send address ip=127.0.0.1", "lava-send lava_start")
    made = guest(lab, server, 2)
    del made.actions[0]["deploy"]["protocols"]
    _, outcome = lab.run()
    assert outcome.end["error_type"] == "Job"
    assert "the message 'address' did not come" in outcome.end["error_msg"]
