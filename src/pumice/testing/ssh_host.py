"""A host that is reached by SSH: Debian's OpenSSH server on a port of the loopback interface.

It has a key of its own, takes one key of its own making from the user that started it, and gives
that user's shell. All of it lies in one folder.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import socket
import subprocess
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

PROMPT = "ssh-host:~# "
SERVER = "/usr/sbin/sshd"
_START_SECONDS = 30


@dataclass(frozen=True, slots=True)
class SshHost:
    """A server that runs: how to log in to it.

    ``key`` is taken, ``other_key`` is not. While the file ``breaks`` is there, the next login
    removes it and ends at once. ``shell`` holds the process of the shell that was given last.
    """

    port: int
    user: str
    key: Path
    other_key: Path
    breaks: Path
    shell: Path


@contextlib.contextmanager
def running(folder: Path) -> Generator[SshHost, None, None]:
    """Run a server until the block ends. Raises RuntimeError with its log where it fails."""
    folder.mkdir(parents=True)
    if os.geteuid() == 0:
        # As root the server wants this, which its service makes where one runs.
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    for name in ("host", "key", "other"):
        _make_key(folder / name)
    folder.joinpath("authorized").write_text(folder.joinpath("key.pub").read_text())
    with socket.socket() as listener:
        # Nobody else asks for this port between here and the server's start.
        listener.bind(("127.0.0.1", 0))
        port = int(listener.getsockname()[1])
    log = folder / "log"
    command = [SERVER, "-D", "-e", "-f", str(_configure(folder, port))]
    with log.open("wb") as said:
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
    try:
        _wait(server, port, log)
        yield SshHost(
            port,
            getpass.getuser(),
            folder / "key",
            folder / "other",
            folder / "breaks",
            folder / "pid",
        )
    finally:
        server.terminate()
        server.wait()


def _make_key(path: Path) -> None:
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", path.name, "-f", str(path)],
        check=True,
    )


def _configure(folder: Path, port: int) -> Path:
    """The server's configuration: its shell shows a prompt that is the same everywhere."""
    shell = folder / "shell"
    # Commands and copies come with what to run; without it, it is a login.
    shell.write_text(
        f"""#!/bin/sh
if [ -n "$SSH_ORIGINAL_COMMAND" ]; then
    exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"
fi
rm {folder}/breaks 2> /dev/null && exit 1
echo $$ > {folder}/pid
cd {folder} || exit
HOME={folder} PS1='{PROMPT}' ENV= exec /bin/sh -i
"""
    )
    shell.chmod(0o755)
    path = folder / "sshd_config"
    path.write_text(
        f"""Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
PidFile none
AuthorizedKeysFile {folder}/authorized
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
PermitUserEnvironment no
PrintMotd no
PrintLastLog no
Subsystem sftp /usr/lib/openssh/sftp-server
ForceCommand {shell}
"""
    )
    return path


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Return when the server answers."""
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise RuntimeError(f"the server does not answer: {log.read_text()}")
