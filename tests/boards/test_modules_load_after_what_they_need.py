"""The order of kernel modules follows what they say of themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from pumice.boards import modules


def _tree(folder: Path, **needs: str) -> dict[str, Path]:
    for name, entries in needs.items():
        texts = entries.encode().split(b"|")
        (folder / f"{name}.ko").write_bytes(b"\x7fELF" + b"\0".join([b"", *texts, b"rest"]))
    return modules.index(folder)


def _names(paths: list[Path]) -> list[str]:
    return [path.stem for path in paths]


def test_what_a_module_needs_comes_before_it(tmp_path: Path) -> None:
    tree = _tree(tmp_path, ext4="depends=jbd2,mbcache", jbd2="depends=crc", mbcache="", crc="")
    order = _names(modules.load_order(["ext4"], tree, frozenset()))
    assert order == ["crc", "jbd2", "mbcache", "ext4"]


def test_a_module_is_loaded_once(tmp_path: Path) -> None:
    tree = _tree(tmp_path, disk="depends=bus", net="depends=bus", bus="")
    assert _names(modules.load_order(["disk", "net"], tree, frozenset())) == ["bus", "disk", "net"]


def test_dashes_and_underscores_are_the_same(tmp_path: Path) -> None:
    tree = _tree(tmp_path, **{"t10-pi": "", "sd_mod": "depends=t10-pi"})
    assert _names(modules.load_order(["sd-mod"], tree, frozenset())) == ["t10-pi", "sd_mod"]


def test_what_the_kernel_has_built_in_is_not_loaded(tmp_path: Path) -> None:
    tree = _tree(tmp_path, disk="depends=crc-t10")
    present = modules.builtin("kernel/lib/crc-t10.ko\nkernel/lib/crc32.ko\n")
    assert _names(modules.load_order(["disk"], tree, present)) == ["disk"]


def test_a_soft_need_is_loaded_where_there_is_one(tmp_path: Path) -> None:
    tree = _tree(tmp_path, fs="softdep=pre: sum alias-without-file|depends=", sum="depends=")
    assert _names(modules.load_order(["fs"], tree, frozenset())) == ["sum", "fs"]


def test_a_module_that_is_nowhere_is_named(tmp_path: Path) -> None:
    tree = _tree(tmp_path, disk="depends=gone")
    with pytest.raises(modules.MissingModule, match="gone"):
        modules.load_order(["disk"], tree, frozenset())
