"""A board with Android and no prompt of a console: the tests run in adb's own shell.

The client and its server are Debian's; the board's side of the protocol is emulated.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pumice.testing.fastboot_lab import FastbootLab

BOOT: dict[str, Any] = {"boot": {"method": "fastboot"}}


@pytest.fixture(autouse=True)
def own_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> int:
    """A port for adb's server, which does not run."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(port))
    monkeypatch.setenv("HOME", str(tmp_path))
    return port


@pytest.fixture
def android(lab: FastbootLab) -> Iterator[FastbootLab]:
    """A lab whose board's daemon listens, though it takes no connection at first."""
    folder = lab.folder / "adb"
    folder.mkdir()
    lab.root.mkdir()
    module, root = "pumice.testing.adb_device", str(lab.root)
    process = subprocess.Popen(
        [sys.executable, "-m", module, str(folder), "--root", root, "--boots", "1"]
    )
    until = time.monotonic() + 30
    while not (folder / "port").exists():
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.02)
    lab.settings = {"adb_serial_number": f"127.0.0.1:{(folder / 'port').read_text()}"}
    lab.sequence = ["reboot"]
    yield lab
    process.kill()
    process.wait()


def test_the_overlay_is_pushed_and_the_tests_run(android: FastbootLab, own_server: int) -> None:
    android.env_dut = "overrides: {COLOUR: blue}"
    steps = ("lava-test-case colour --shell test $COLOUR = blue", "lava-test-case no --shell false")
    with android.switched_on():
        outcome = android.run(android.flash(android.images("boot")), BOOT, android.test(*steps))
    assert outcome.passed, outcome.text
    assert android.asked == ["flash:boot", "reboot"]
    assert outcome.cases("0_smoke") == {"colour": "pass", "no": "fail"}
    assert outcome.result("lava", "connect-adb")["result"] == "pass"
    assert outcome.result("lava", "adb-overlay-unpack")["extra"]["size"] > 1000
    assert list(android.root.glob("*.tar.gz")) == []
    with socket.socket() as server:
        assert server.connect_ex(("127.0.0.1", own_server)) != 0


def test_a_server_that_runs_is_used_and_left(android: FastbootLab, own_server: int) -> None:
    server = subprocess.Popen(["adb", "nodaemon", "server"], stderr=subprocess.DEVNULL)
    try:
        with android.switched_on():
            flash = android.flash(android.images("boot"))
            outcome = android.run(flash, BOOT, android.test("lava-test-case a --result pass"))
        assert outcome.passed, outcome.text
        assert server.poll() is None
    finally:
        server.kill()
        server.wait()


def test_without_an_overlay_nothing_is_copied(android: FastbootLab) -> None:
    with android.switched_on():
        outcome = android.run(BOOT, android.test("lava-test-case a --result pass"))
    assert outcome.end["error_type"] == "Job"
    assert "the tests need a deploy action" in outcome.end["error_msg"]


def test_a_board_that_adb_does_not_reach_ends_in_time(android: FastbootLab) -> None:
    android.settings["adb_serial_number"] = "127.0.0.1:1"
    boot = {"boot": {"method": "fastboot", "timeout": {"seconds": 4}}}
    with android.switched_on():
        flash = android.flash(android.images("boot"))
        outcome = android.run(flash, boot, android.test("lava-test-case a --result pass"))
    assert not outcome.passed
    assert "timed out" in outcome.end["error_msg"]
    assert outcome.cases("lava")["connect-adb"] == "fail"
