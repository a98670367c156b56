"""The demo board on an emulated machine: login, drive, network, power off."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pumice.boards import images

PROMPT = "root@pumice:~# "
SECONDS = 90


class Console:
    """The serial line of a board that QEMU emulates as the device type does."""

    def __init__(self, drive: Path) -> None:
        board = images.make(images.default_folder())
        self._master, slave = pty.openpty()
        self._text = ""
        self.qemu = subprocess.Popen(
            [
                *("qemu-system-x86_64", "-nographic", "-monitor", "none", "-m", "512"),
                *("-net", "nic,model=virtio", "-net", "user"),
                *("-kernel", str(board.vmlinux), "-initrd", str(board.ramdisk)),
                *("-append", "console=ttyS0 mitigations=off cryptomgr.notests no_timer_check"),
                *("-drive", f"format=raw,file={drive},media=disk,if=ide"),
            ],
            stdin=slave,
            stdout=slave,
            stderr=slave,
        )
        os.close(slave)

    def wait_for(self, sign: str) -> str:
        """What came before the sign; what comes after it is kept."""
        end = time.monotonic() + SECONDS
        while sign not in self._text:
            left = end - time.monotonic()
            ready = left > 0 and select.select([self._master], [], [], left)[0]
            assert ready, f"waited for {sign!r} after {self._text[-500:]!r}"
            self._text += os.read(self._master, 65536).decode(errors="replace")
        before, _, self._text = self._text.partition(sign)
        return before

    def run(self, command: str) -> str:
        """Type a command at the prompt; what it said."""
        os.write(self._master, f"{command}\n".encode())
        # The shell asks the terminal for its cursor's place, which is no part of an answer.
        said = self.wait_for(PROMPT).replace("\x1b[6n", "")
        return said.replace("\r", "").partition(command + "\n")[2]

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def close(self) -> None:
        self.qemu.kill()
        self.qemu.wait()
        os.close(self._master)


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    folder = tmp_path_factory.mktemp("drive")
    (folder / "content").mkdir()
    (folder / "content" / "greeting").write_text("hello\n")
    drive = folder / "drive.img"
    subprocess.run(
        ["/sbin/mke2fs", "-q", "-t", "ext2", "-d", str(folder / "content"), str(drive), "16M"],
        check=True,
    )
    console = Console(drive)
    try:
        console.wait_for("Linux version ")
        console.wait_for("pumice login: ")
        console.type("root\n")
        console.wait_for(PROMPT)
        yield console
    finally:
        console.close()


def test_root_is_in_without_a_password(board: Console) -> None:
    assert board.run("whoami") == "root\n"


def test_the_guest_drive_is_found_by_its_uuid(board: Console) -> None:
    links = board.run("ls /dev/disk/by-uuid").split()
    assert [len(link) for link in links] == [36]
    board.run(f"mkdir /drive; mount /dev/disk/by-uuid/{links[0]} -t ext2 /drive")
    assert board.run("cat /drive/greeting") == "hello\n"


def test_the_network_gives_an_address(board: Console) -> None:
    waiting = "i=0; until ip addr show eth0 | grep 'inet '; do sleep 1; : $((i+=1)); done"
    assert re.search(r"inet 10\.0\.2\.\d+/24", board.run(waiting))


def test_a_long_command_is_not_wrapped(board: Console) -> None:
    word = "x" * 300
    assert board.run(f"echo {word}") == f"{word}\n"


def test_what_a_kernel_must_have_worked_without_complaint(board: Console) -> None:
    complaints = board.run("dmesg -r | grep -E '^<[0-3]>'")
    assert complaints == ""


def test_poweroff_ends_the_machine(board: Console) -> None:
    board.type("poweroff\n")
    board.wait_for("The system is going down for power off NOW!")
    assert board.qemu.wait(30) == 0
