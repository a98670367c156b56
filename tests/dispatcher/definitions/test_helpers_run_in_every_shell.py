"""The board's helpers, run by the shells that boards have."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pumice.dispatcher.overlay import build


@dataclass
class Board:
    """A folder with the helpers, and the shell that runs them."""

    folder: Path
    shell: str
    environment: dict[str, str] = field(default_factory=dict[str, str])

    def install(self, system: str = "", device: str = "") -> None:
        for name, text in build.helpers(system).items():
            file = self.folder / name
            file.write_text(text.replace("#!/bin/sh", f"#!{self.shell}", 1))
            file.chmod(0o755)
        self.folder.joinpath("lava-device").write_text(device)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        environment = {"SHELL": self.shell, **self.environment}
        return subprocess.run(
            command, env=environment, cwd=self.folder, capture_output=True, text=True, check=False
        )

    def says(self, *command: str) -> str:
        done = self.run(*command)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout


@pytest.fixture(params=["dash", "bash", "busybox"])
def board(request: pytest.FixtureRequest, tmp_path: Path) -> Board:
    name: str = request.param
    shell = shutil.which(name)
    assert shell is not None
    tools, path = tmp_path / "busybox", os.environ["PATH"]
    tools.mkdir()
    subprocess.run(["busybox", "--install", "-s", str(tools)], check=True)
    # Where busybox is the shell, what is not in it is not on the board.
    places = [str(tools)] if name == "busybox" else [path, str(tools)]
    board = Board(tmp_path / "bin", str(tools / "sh") if name == "busybox" else shell)
    board.environment["PATH"] = ":".join([str(board.folder), *places])
    board.folder.mkdir()
    board.install()
    return board


CASE = "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID="


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (
            "lava-test-case a --shell echo in it",
            f"<LAVA_SIGNAL_STARTTC a>\nin it\n<LAVA_SIGNAL_ENDTC a>\n{CASE}a RESULT=pass>\n",
        ),
        (
            "lava-test-case a --shell 'false || exit 7'",
            f"<LAVA_SIGNAL_STARTTC a>\n<LAVA_SIGNAL_ENDTC a>\n{CASE}a RESULT=fail>\n",
        ),
        (
            "lava-test-case 'a b>' --result skip --units ms --measurement 1.5",
            f"{CASE}a_b_ RESULT=skip UNITS=ms MEASUREMENT=1.5>\n",
        ),
        (
            "echo text > out; lava-test-case a --result pass --output out",
            f"<LAVA_SIGNAL_STARTTC a>\ntext\n<LAVA_SIGNAL_ENDTC a>\n{CASE}a RESULT=pass>\n",
        ),
        (
            "lava-test-set start 'a set'; lava-test-set stop",
            "<LAVA_SIGNAL_TESTSET START a_set>\n<LAVA_SIGNAL_TESTSET STOP>\n",
        ),
        (
            "lava-test-reference a --result fail --reference http://x/y?z=1",
            "<LAVA_SIGNAL_TESTREFERENCE a fail http://x/y?z=1>\n",
        ),
        ("lava-test-event 'it  is' \"<hot>\"", "<LAVA_SIGNAL_TESTEVENT it  is _hot_>\n"),
        ("lava-test-feedback --namespace dut", "<LAVA_SIGNAL_TESTFEEDBACK dut>\n"),
        ("lava-test-raise no disk || test $? = 1", "<LAVA_SIGNAL_TESTRAISE no disk>\n"),
    ],
)
def test_signals_are_told(board: Board, command: str, said: str) -> None:
    assert board.says(board.shell, "-c", command) == said


@pytest.mark.parametrize(
    "command",
    [
        "lava-test-case",
        "lava-test-case a",
        "lava-test-case a --shell",
        "lava-test-case a --result",
        "lava-test-case a --colour red",
        "lava-test-set",
        "lava-test-set start",
        "lava-test-reference a --result pass",
        "lava-test-event",
        "lava-test-feedback dut",
        "lava-background-process-start",
        "lava-background-process-start a",
        "lava-background-process-start ../a --cmd true",
        "lava-background-process-stop",
        "lava-background-process-stop never-began",
        "lava-echo-ipv4",
        "lava-echo-ipv4 no-such",
        "lava-target-ip",
        "lava-target-mac",
        "lava-target-storage",
        "lava-probe-ip",
        "lava-probe-channel",
    ],
)
def test_what_is_wrong_is_said_and_tells_no_signal(board: Board, command: str) -> None:
    done = board.run(*command.split())
    assert done.returncode == 1
    assert done.stderr
    assert "LAVA_SIGNAL" not in done.stdout


def test_signals_pause_where_the_console_is_slow(board: Board) -> None:
    board.environment["CHARACTER_DELAY"] = "0.2"
    began = time.monotonic()
    assert board.says("lava-test-set", "stop") == "<LAVA_SIGNAL_TESTSET STOP>\n"
    assert time.monotonic() - began >= 0.2


def test_signals_come_on_the_console_where_there_is_no_log_of_the_kernel(board: Board) -> None:
    signals = board.folder / "lava-signals"
    signals.write_text(signals.read_text().replace("/dev/kmsg", f"{board.folder}/no/kmsg"))
    board.environment["KMSG"] = "true"
    assert board.says("lava-test-set", "stop") == "<LAVA_SIGNAL_TESTSET STOP>\n"


def test_signals_go_to_the_log_of_the_kernel(board: Board) -> None:
    log, signals = board.folder / "kmsg", board.folder / "lava-signals"
    signals.write_text(signals.read_text().replace("/dev/kmsg", str(log)))
    board.environment["KMSG"] = "true"
    assert board.says("lava-test-set", "stop") == ""
    assert log.read_text() == "<0><LAVA_SIGNAL_TESTSET STOP>\n"


def test_results_are_left_for_who_looks_later(board: Board) -> None:
    board.environment["LAVA_RESULT_DIR"] = str(board.folder)
    board.says("lava-test-case", "a/b", "--result", "pass", "--measurement", "3", "--units", "s")
    place = board.folder / "results/a_b"
    found = {path.name: path.read_text() for path in place.iterdir()}
    assert found == {"result": "pass\n", "measurement": "3\n", "units": "s\n"}


def test_the_device_is_described(board: Board) -> None:
    target = {
        "LAVA_TARGET_IP": "192.0.2.7",
        "LAVA_TARGET_MAC": "00:00:5e:00:53:01",
        "LAVA_PROBE_IP": "192.0.2.8",
        "LAVA_PROBE_CHANNEL": "probe $HOME",
        "LAVA_STORAGE": [("SATA", "/dev/disk/by-id/a b"), ("UMS", "/dev/sdb")],
    }
    board.install(device=build.values(target))
    assert board.says("lava-target-ip") == "192.0.2.7\n"
    assert board.says("lava-target-mac") == "00:00:5e:00:53:01\n"
    assert board.says("lava-probe-ip") == "192.0.2.8\n"
    assert board.says("lava-probe-channel") == "probe $HOME\n"
    assert board.says("lava-target-storage") == "SATA\t/dev/disk/by-id/a b\nUMS\t/dev/sdb\n"
    assert board.says("lava-target-storage", "SATA") == "/dev/disk/by-id/a b\n"
    assert board.run("lava-target-storage", "MMC").returncode == 1


def test_an_address_is_that_of_the_interface(board: Board) -> None:
    assert board.says("lava-echo-ipv4", "lo") == "127.0.0.1\n"


def test_the_system_has_a_name(board: Board) -> None:
    name = platform.freedesktop_os_release()["PRETTY_NAME"]
    assert board.says("lava-os-build") == f"{name}\n"


def test_a_process_runs_again_until_it_is_stopped(board: Board, tmp_path: Path) -> None:
    name, runs, pid = f"pumice-test-{os.getpid()}", tmp_path / "runs", tmp_path / "pid"
    command = f"echo run >> {runs}; test $(wc -l < {runs}) = 1 || {{ echo $$ > {pid}; sleep 99; }}"
    board.says("lava-background-process-start", name, "--cmd", command)
    assert "runs already" in board.run("lava-background-process-start", name, "--cmd", "x").stderr
    until = time.monotonic() + 10
    while not (pid.exists() and pid.read_text().strip()):
        assert time.monotonic() < until
        time.sleep(0.05)
    assert runs.read_text() == "run\nrun\n"
    board.says("lava-background-process-stop", name)
    while Path(f"/proc/{int(pid.read_text())}").exists():
        assert time.monotonic() < until
        time.sleep(0.05)
    log = Path("/tmp", f"lava-background-{name}.log")
    log.unlink()
