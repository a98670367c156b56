"""Device dictionaries of virtual boards."""

from __future__ import annotations


def qemu(*, number: int = 1, no_kvm: bool = True) -> str:
    """The dictionary of the `number`-th (from 1) virtual board of type ``qemu``, an x86_64
    machine with its own network address. `no_kvm`: the board is emulated.

    Raises ValueError for a number that leaves no hardware address (1 to 65535).
    """
    if not 1 <= number <= 0xFFFF:
        raise ValueError("a virtual board's number is from 1 to 65535")
    high, low = divmod(number, 0x100)
    lines = [
        "{% extends 'qemu.jinja2' %}",
        f"{{% set mac_addr = '52:54:00:12:{high:02x}:{low:02x}' %}}",
    ]
    if no_kvm:
        lines.append("{% set no_kvm = true %}")
    return "\n".join(lines) + "\n"
