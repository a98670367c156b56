"""USB devices of this host, by what a device's configuration says of them.

Source: the kernel's documentation of sysfs, ``/sys/bus/usb/devices``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

_SYSFS = Path("/sys")
_KEYS = {"board_id": "serial", "usb_vendor_id": "idVendor", "usb_product_id": "idProduct"}
"""The keys of ``device_info``, and the file in sysfs with the value."""


def nodes(wanted: Iterable[Mapping[str, Any]], sysfs: Path = _SYSFS) -> list[str]:
    """The device nodes of the connected USB devices that match an entry of ``device_info``.

    A device matches when all keys that an entry has match; entries with none match nothing.
    Among the nodes are those of what the device offers, such as ``/dev/ttyUSB0``.
    """
    entries = [
        {file: str(entry[key]).lower() for key, file in _KEYS.items() if entry.get(key)}
        for entry in wanted
    ]
    found: list[str] = []
    for device in sorted((sysfs / "bus/usb/devices").glob("*")):
        values = {file: _read(device / file).lower() for file in _KEYS.values()}
        if any(entry and entry.items() <= values.items() for entry in entries):
            found += _nodes(device)
    return list(dict.fromkeys(found))


def _nodes(device: Path) -> list[str]:
    found: list[str] = []
    for path in device.resolve().rglob("uevent"):
        for line in _read(path).splitlines():
            if line.startswith("DEVNAME="):
                found.append(f"/dev/{line.removeprefix('DEVNAME=').removeprefix('/dev/')}")
    return sorted(found)


def _read(path: Path) -> str:
    """What a file of sysfs says; nothing where there is none, or its device has gone."""
    try:
        return path.read_text("utf-8", "replace").strip()
    except OSError:
        return ""
