"""The helpers by which boards speak to each other, run by the shells that boards have."""

from __future__ import annotations

import fcntl
import os
import pty
import shutil
import subprocess
import termios
from dataclasses import dataclass
from pathlib import Path

import pytest

from pumice.dispatcher.overlay import build

ROLES = {"7": "server", "8": "client", "9": "client"}
CACHE = "/tmp/lava_multi_node_cache.txt"


@dataclass
class Board:
    """A folder with the helpers, and the shell that runs them."""

    folder: Path
    shell: str
    path: str

    def install(self) -> None:
        for name, text in (build.helpers() | build.group_helpers()).items():
            file = self.folder / name
            # No two boards share their files, but here they share one host's.
            file.write_text(self.own(text.replace("#!/bin/sh", f"#!{self.shell}", 1)))
            file.chmod(0o755)
        self.folder.joinpath("lava-member").write_text(build.members("8", "client", ROLES))

    def own(self, text: str) -> str:
        return text.replace(CACHE, str(self.cache))

    @property
    def cache(self) -> Path:
        return self.folder / "cache"

    def run(self, *command: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run a helper without a terminal; ``typed`` is what it can read."""
        return subprocess.run(
            command,
            input=typed,
            env={"PATH": self.path},
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
        )

    def says(self, *command: str, typed: str = "") -> str:
        done = self.run(*command, typed=typed)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout


@pytest.fixture(params=["dash", "bash", "busybox"])
def board(request: pytest.FixtureRequest, tmp_path: Path) -> Board:
    name: str = request.param
    shell = shutil.which(name)
    assert shell is not None
    tools = tmp_path / "busybox"
    tools.mkdir()
    subprocess.run(["busybox", "--install", "-s", str(tools)], check=True)
    # Where busybox is the shell, what is not in it is not on the board.
    places = [str(tools)] if name == "busybox" else [os.environ["PATH"], str(tools)]
    folder = tmp_path / "bin"
    folder.mkdir()
    path = ":".join([str(folder), *places])
    board = Board(folder, str(tools / "sh") if name == "busybox" else shell, path)
    board.install()
    return board


def test_a_board_knows_its_group(board: Board) -> None:
    assert board.says("lava-self") == "8\n"
    assert board.says("lava-role") == "client\n"
    assert board.says("lava-role", "list") == "server\nclient\n"
    assert board.says("lava-group") == "7\tserver\n8\tclient\n9\tclient\n"
    assert board.says("lava-group", "client") == "8\n9\n"
    nobody = board.run("lava-group", "no-such-role")
    assert (nobody.returncode, nobody.stdout) == (1, "")


def test_a_message_is_sent_without_waiting(board: Board) -> None:
    said = board.says("lava-send", "started", "ip=192.0.2.1", "note=a b>\tc")
    assert said == "<LAVA_MULTI_NODE> <LAVA_SEND started ip=192.0.2.1 note=a_b__c>\n"


@pytest.mark.parametrize(
    ("command", "call"),
    [
        (["lava-sync", "done"], "SYNC done"),
        (["lava-wait", "started"], "WAIT started"),
        (["lava-wait-all", "started"], "WAIT_ALL started"),
        (["lava-wait-all", "started", "client"], "WAIT_ALL started client"),
    ],
)
def test_what_waits_ends_with_the_answer(board: Board, command: list[str], call: str) -> None:
    name = call.split()[0]
    noise = f"\ntyped before\n<LAVA_OTHER_COMPLETE>\n<LAVA_{name}"
    done = board.says(*command, typed=f"{noise}_COMPLETE>\n\n")
    assert done == f"<LAVA_MULTI_NODE> <LAVA_{call}>\n"
    refused = board.run(*command, typed=f"<LAVA_{name}_COMPLETE nack>\n\n")
    assert refused.returncode == 1


def test_a_console_that_ends_is_no_answer(board: Board) -> None:
    done = board.run("lava-wait", "started", typed="<LAVA_WAIT_MORE 7:a=b>\n")
    assert (done.returncode, "console ended" in done.stderr) == (1, True)


@pytest.mark.parametrize("helper", ["wait", "wait-all"])
def test_what_others_said_is_kept(board: Board, helper: str) -> None:
    name = helper.upper().replace("-", "_")
    answer = f"<LAVA_{name}_MORE 7:ip=192.0.2.1 7:star=*>\n<LAVA_{name}_COMPLETE 9:home=$HOME>\n\n"
    board.says(f"lava-{helper}", "m", typed=answer)
    assert board.cache.read_text() == "7:ip=192.0.2.1\n7:star=*\n9:home=$HOME\n"
    board.says(f"lava-{helper}", "m", typed=f"<LAVA_{name}_COMPLETE>\n\n")
    assert board.cache.read_text() == ""


def test_the_answer_is_read_up_to_its_empty_line(board: Board) -> None:
    script = "lava-sync a && IFS= read -r next && echo \"next is '$next'\""
    typed = "<LAVA_SYNC_COMPLETE>\n\nmore\n"
    # Of a pipe a shell reads no more than it needs.
    said = board.says(board.shell, "-c", script, typed=typed)
    assert said.endswith("next is 'more'\n")


def test_the_console_is_read_whatever_the_test_reads(board: Board, tmp_path: Path) -> None:
    dispatcher, console = pty.openpty()
    output = tmp_path / "output"
    tmp_path.joinpath("list").write_text("a\nb\n")
    try:
        with output.open("w") as file:
            running = subprocess.Popen(
                [board.shell, "-c", "while read x; do lava-sync $x && echo $x; done < list"],
                stdin=console,
                stdout=file,
                stderr=file,
                env={"PATH": board.path},
                cwd=tmp_path,
                start_new_session=True,
                preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            )
            os.write(dispatcher, b"<LAVA_SYNC_COMPLETE>\n\n<LAVA_SYNC_COMPLETE>\n\n")
            assert running.wait(60) == 0
    finally:
        os.close(console)
        os.close(dispatcher)
    called = "<LAVA_MULTI_NODE> <LAVA_SYNC {0}>\n{0}\n"
    assert output.read_text() == called.format("a") + called.format("b")


@pytest.mark.parametrize(
    "command",
    ["lava-send", "lava-wait", "lava-wait a b", "lava-wait-all", "lava-sync", "lava-role x"],
)
def test_what_is_wrong_is_said(board: Board, command: str) -> None:
    done = board.run(*command.split())
    assert (done.returncode, "usage: " in done.stderr, done.stdout) == (1, True, "")
