"""Words for QEMU's command line."""

from __future__ import annotations

from pathlib import Path

GATEWAY = "10.0.2.2"
"""The host, as a machine on QEMU's user network sees it: ``dispatcher_ip`` for these boards."""

BARE = ("-nographic", "-monitor", "none", "-no-user-config")
"""A machine whose standard streams are its serial line, and nothing else."""


def network(tftp: Path, card: str) -> tuple[str, ...]:
    """The options of a network card whose TFTP server has the files below `tftp`."""
    folder = str(tftp).replace(",", ",,")
    return "-netdev", f"user,id=net0,tftp={folder}", "-device", f"{card},netdev=net0"
