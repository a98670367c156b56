"""Boards with a serial line over telnet and a power switch run their example jobs."""

from __future__ import annotations

import contextlib
import socket
import stat
import time

import pytest

from .conftest import START_SECONDS, KindLab


@pytest.mark.parametrize("lab", ["uboot-arm64"], indirect=True)
def test_u_boot_of_arm64_loads_over_tftp(lab: KindLab) -> None:
    outcome = lab.run_example()
    assert outcome.passed, outcome.end
    assert outcome.cases("0_smoke") == {"kernel-version": "pass", "network": "pass"}
    assert "booti 0x40400000 ${initrd} 0x40000000" in outcome.messages("input")


@pytest.mark.parametrize("lab", ["fastboot"], indirect=True)
def test_fastboot_writes_and_boots(lab: KindLab) -> None:
    outcome = lab.run_example()
    assert outcome.passed, outcome.end
    cases = {"kernel-version": "pass", "root-is-the-partition": "pass"}
    assert outcome.cases("0_smoke") == cases


def wait_for_host(lab: KindLab) -> None:
    """Return when the host, which was switched on just now, answers."""
    until = time.monotonic() + START_SECONDS
    while True:
        assert time.monotonic() < until, "the host does not answer"
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", lab.board.ports[0]), 10) as connection,
        ):
            if connection.recv(4) == b"SSH-":
                return
        time.sleep(0.1)


@pytest.mark.parametrize("lab", ["ssh"], indirect=True)
def test_a_host_is_reached_by_ssh(lab: KindLab) -> None:
    wait_for_host(lab)
    outcome = lab.run_example()
    assert outcome.passed, outcome.end
    cases = ("kernel-version", "root-is-writable", "is-a-machine-of-its-own")
    assert outcome.cases("0_smoke") == dict.fromkeys(cases, "pass")
    key = lab.board.folder / "host" / "key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
