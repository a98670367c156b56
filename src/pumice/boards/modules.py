"""Kernel modules: which others each one needs, and the order to load them in.

A Debian kernel package holds no ``modules.dep`` (it is written when the package is installed),
so the needs are read from the modules themselves: section ``.modinfo`` of an ELF file, whose
``depends=`` and ``softdep=pre:`` entries name them (Linux: ``include/linux/module.h``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

_DEPENDS = b"depends="
_SOFTDEP = b"softdep=pre:"


class MissingModule(LookupError):
    """The kernel package has no such module: choose another kernel, or name another module."""


def index(folder: Path) -> dict[str, Path]:
    """Every module below `folder`, by name (``-`` and ``_`` are the same to the kernel)."""
    return {_plain(path.stem): path for path in sorted(folder.rglob("*.ko"))}


def builtin(listing: str) -> frozenset[str]:
    """The names in the text of ``modules.builtin``: present without being loaded."""
    return frozenset(_plain(Path(line).stem) for line in listing.split())


def load_order(
    wanted: Iterable[str], modules: dict[str, Path], present: frozenset[str]
) -> list[Path]:
    """The files of `wanted` and of all that they need, each after those that it needs.

    Soft needs (an algorithm that is looked up by name at run time) are loaded too where the
    kernel has them. Raises MissingModule for a wanted or needed module that does not exist.
    """
    ordered: dict[str, Path] = {}

    def visit(name: str) -> None:
        if name in ordered or name in present:
            return
        path = modules.get(name)
        if path is None:
            raise MissingModule(f"the kernel package has no module {name!r}")
        needs, soft = _needs(path.read_bytes())
        for other in needs:
            visit(other)
        for other in soft:
            if other in modules:
                visit(other)
        ordered[name] = path

    for name in wanted:
        visit(_plain(name))
    return list(ordered.values())


def _needs(module: bytes) -> tuple[list[str], list[str]]:
    hard: list[str] = []
    soft: list[str] = []
    for entry in _information(module):
        if entry.startswith(_DEPENDS):
            hard += [_plain(name) for name in entry[len(_DEPENDS) :].decode().split(",") if name]
        elif entry.startswith(_SOFTDEP):
            soft += [_plain(name) for name in entry[len(_SOFTDEP) :].decode().split()]
    return hard, soft


def _information(module: bytes) -> Iterator[bytes]:
    # The strings of .modinfo are NUL-terminated; no other place of a module holds these
    # prefixes right after a NUL, so the ELF section table need not be walked.
    for prefix in (_DEPENDS, _SOFTDEP):
        start = module.find(b"\0" + prefix)
        while start != -1:
            end = module.index(b"\0", start + 1)
            yield module[start + 1 : end]
            start = module.find(b"\0" + prefix, end)


def _plain(name: str) -> str:
    return name.replace("-", "_")
