"""Device dictionaries of virtual boards."""

from __future__ import annotations


def qemu(*, no_kvm: bool) -> str:
    """The dictionary of a board of type ``qemu``: an x86_64 machine; `no_kvm`: emulated."""
    lines = ["{% extends 'qemu.jinja2' %}"]
    if no_kvm:
        lines.append("{% set no_kvm = true %}")
    return "\n".join(lines) + "\n"
