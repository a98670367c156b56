"""A board without a machine, as a program: what QEMU would be, on its own terminal.

It prints what a kernel prints, asks for a login, then gives a real shell of the host, in which
the real helpers run. The overlay comes as the archive that the dispatcher appends to the
ramdisk (``-initrd FILE``), unpacked below ``--root``. ``poweroff`` in the shell ends it.

Faults, chosen by options: a board that stays silent, ends, panics, or panics and then goes on
talking (``babbles``) instead of booting, for the first boots or for all; one that refuses the
login, or does not switch itself off.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

PROMPT = "board:~# "
LOGIN_PROMPT = "board login: "
KERNEL = "[    0.000000] Linux version 6.1.0-scripted (pumice)"
PANIC = (
    "[    1.234567] Kernel panic - not syncing: VFS: Unable to mount root fs",
    "[    1.234568] CPU: 0 PID: 1 Comm: swapper/0 Not tainted",
    "[    1.234569] ---[ end Kernel panic - not syncing: VFS: Unable to mount root fs ]---",
)

_HEADER = 110


def unpack(ramdisk: bytes, root: Path) -> None:
    """Unpack the archives in newc format that the ramdisk ends with, each path below ``root``.

    Paths are those of the board: one that lies below ``root`` already stays where it is.
    """
    place = ramdisk.find(b"070701")
    while 0 <= place < len(ramdisk) and ramdisk[place : place + 6] == b"070701":
        fields = [int(ramdisk[i : i + 8], 16) for i in range(place + 6, place + _HEADER, 8)]
        mode, size, name_size = fields[1], fields[6], fields[11]
        name_at = place + _HEADER
        name = ramdisk[name_at : name_at + name_size - 1].decode()
        data_at = _aligned(name_at + name_size)
        if name != "TRAILER!!!":
            path = Path("/", name)
            path = path if path.is_relative_to(root) else root / name
            if mode & 0o170000 == 0o040000:
                path.mkdir(parents=True, exist_ok=True)
            elif mode & 0o170000 == 0o120000:
                path.symlink_to(os.fsdecode(ramdisk[data_at : data_at + size]))
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(ramdisk[data_at : data_at + size])
                path.chmod(mode & 0o7777)
        place = _aligned(data_at + size)
        if name == "TRAILER!!!":
            # Archives are filled up with zeros before the next one.
            place = ramdisk.find(b"070701", place)


def _aligned(offset: int) -> int:
    return offset + -offset % 4


def say(*lines: str) -> None:
    """Print lines at once."""
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def become_terminal() -> None:
    """The terminal is the serial line: it echoes, and Ctrl-C interrupts."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    modes = termios.tcgetattr(0)
    modes[0] |= termios.ICRNL
    modes[1] |= termios.OPOST | termios.ONLCR
    modes[3] |= termios.ICANON | termios.ECHO | termios.ISIG
    modes[6][termios.VINTR] = b"\x03"
    modes[6][termios.VEOF] = b"\x04"
    termios.tcsetattr(0, termios.TCSANOW, modes)


def boots(counter: Path) -> int:
    """How often the board was started, this time included."""
    count = int(counter.read_text()) + 1 if counter.exists() else 1
    counter.write_text(str(count))
    return count


def _log_in(password: str, refuse: bool) -> None:
    sys.stdout.write(LOGIN_PROMPT)
    sys.stdout.flush()
    sys.stdin.readline()
    if password:
        sys.stdout.write("Password: ")
        sys.stdout.flush()
        refuse = refuse or sys.stdin.readline().strip() != password
    if refuse:
        say("", "Login incorrect")
        time.sleep(3600)


def _shell(root: Path, keeps_on: bool) -> None:
    """Give a shell until somebody says ``poweroff``."""
    programs = root / "bin"
    programs.mkdir(parents=True, exist_ok=True)
    poweroff = programs / "poweroff"
    action = "echo no" if keeps_on else "kill -TERM $BOARD_PID; sleep 5"
    poweroff.write_text(f"#!/bin/sh\n{action}\n")
    poweroff.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PS1": PROMPT,
        "HOME": str(root),
        "BOARD_PID": str(os.getpid()),
    }
    environment.pop("ENV", None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    subprocess.run(
        ["/bin/sh", "-i"],
        cwd=root,
        env=environment,
        stderr=sys.stdout,
        restore_signals=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        check=False,
    )
    say("", "[    9.999999] reboot: Power down")


def _fault(kind: str) -> None:
    """Instead of booting."""
    if kind == "ends":
        sys.exit(3)
    if kind in ("panics", "babbles"):
        say(KERNEL, *PANIC)
    while kind == "babbles":
        say("[   10.000000] rcu: INFO: rcu_sched detected stalls on CPUs/tasks")
        time.sleep(0.1)
    time.sleep(3600)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="pumice.testing.board", allow_abbrev=False)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--fault", choices=("silent", "ends", "panics", "babbles"))
    parser.add_argument("--faulty-boots", type=int, default=1_000_000)
    parser.add_argument("--password", default="")
    parser.add_argument("--refuse-login", action="store_true")
    parser.add_argument("--keeps-on", action="store_true")
    parser.add_argument("--say", action="append", default=[])
    parser.add_argument("-initrd", type=Path)
    parser.add_argument("-drive", action="append")
    return parser.parse_args()


def main() -> None:
    """Be the board."""
    given = _arguments()
    given.root.mkdir(parents=True, exist_ok=True)
    become_terminal()
    started = boots(given.root / "boots")
    say("SeaBIOS (scripted)")
    if given.fault and started <= given.faulty_boots:
        _fault(given.fault)
    if given.initrd is not None:
        unpack(given.initrd.read_bytes(), given.root)
    say(KERNEL, *given.say)
    _log_in(given.password, given.refuse_login)
    _shell(given.root, given.keeps_on)


if __name__ == "__main__":
    main()
