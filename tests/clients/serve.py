"""The parts of a server, each a process: ``serve.py DIR seed | bare | web FD | loops``."""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path

from pumice.server.site import processes

DICTIONARY = "{% extends 'qemu.jinja2' %}\n{% set no_kvm = true %}\n"


def bare() -> dict[str, str]:
    """Make admin alone; their token."""
    from django.contrib.auth.models import User

    from pumice.server.accounts import tokens

    admin = User.objects.create_superuser("admin", "admin@example.com", None)
    return {"admin": tokens.create(admin)[1]}


def seed(directory: Path) -> dict[str, str]:
    """Make alice, admin, worker-1, qemu-01 and qemu-02; the tokens of the first three."""
    from django.contrib.auth.models import User

    from pumice.server.accounts import tokens
    from pumice.server.lab import workers
    from pumice.server.lab.models import Device, DeviceType
    from pumice.wire.states import DeviceHealth

    alice = User.objects.create_user("alice", "alice@example.com", None)
    admin = User.objects.create_superuser("admin", "admin@example.com", None)
    worker, worker_token = workers.add("worker-1", "a host")
    kind = DeviceType.objects.create(name="qemu", description="emulated")
    for hostname in ("qemu-01", "qemu-02"):
        (directory / "devices" / f"{hostname}.jinja2").write_text(DICTIONARY)
        Device.objects.create(
            hostname=hostname, device_type=kind, worker_host=worker, health=DeviceHealth.GOOD
        )
    return {
        "alice": tokens.create(alice)[1],
        "admin": tokens.create(admin)[1],
        "worker-1": worker_token,
    }


def main(directory: Path, part: str, *arguments: str) -> None:
    if part in ("seed", "bare"):
        processes.prepare(directory)
        sys.stdout.write(json.dumps(seed(directory) if part == "seed" else bare()))
        return
    processes.configure(directory)
    processes.load()
    if part == "web":
        processes.serve_web(socket.socket(fileno=int(arguments[0])))
    else:
        processes.run_loops()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
