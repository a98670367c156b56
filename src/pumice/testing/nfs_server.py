"""nfs-ganesha on a free port: it serves a folder by NFS 4, to this host and its emulated boards."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import time
from collections.abc import Generator
from pathlib import Path

_START_SECONDS = 20
_CONFIGURATION = """
NFS_CORE_PARAM {{
    NFS_Port = {port};
    Bind_addr = 127.0.0.1;
    Protocols = 4;
    Enable_NLM = false;
    Enable_RQUOTA = false;
    Enable_UDP = false;
}}
NFSV4 {{
    Graceless = true;
    RecoveryRoot = {folder}/recovery;
    Only_Numeric_Owners = true;
}}
EXPORT {{
    Export_Id = 1;
    Path = {folder}/jobs;
    Pseudo = {folder}/jobs;
    Access_Type = RW;
    Squash = No_Root_Squash;
    SecType = sys;
    Protocols = 4;
    Transports = TCP;
    FSAL {{ Name = VFS; }}
}}
"""


@contextlib.contextmanager
def running(folder: Path) -> Generator[int]:
    """Serve ``folder/jobs`` until the block ends; the port.

    Raises RuntimeError with the server's log where it does not start.
    """
    for name in ("jobs", "recovery"):
        (folder / name).mkdir(parents=True)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    configuration, log = folder / "ganesha.conf", folder / "log"
    configuration.write_text(_CONFIGURATION.format(port=port, folder=folder))
    files = ("-L", str(log), "-f", str(configuration), "-p", str(folder / "pid"))
    server = subprocess.Popen(["ganesha.nfsd", "-F", *files])
    try:
        _wait(server, port, log)
        yield port
    finally:
        server.terminate()
        server.wait()


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Return when the server answers."""
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"the server does not answer: {log.read_text() if log.exists() else ''}")
