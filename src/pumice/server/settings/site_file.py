"""Settings that a command changes: a file of their own, which is read after the others."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from pumice.formats import yaml
from pumice.formats.errors import InvalidDocument
from pumice.server.settings.load import InvalidSettings, load

NAME = "zz-site.yaml"
"""The file in ``settings.d``; those that are read later, and the environment, win over it."""


def write(directory: Path, values: Mapping[str, object]) -> Path:
    """Set values in the file, whole or not at all; its path.

    Raises InvalidSettings where the file cannot be read, a value is refused or another source
    wins over it; the file is then as before. Raises OSError.
    """
    path = directory / "settings.d" / NAME
    before = path.read_text() if path.is_file() else None
    kept: Any = {}
    if before is not None:
        try:
            kept = yaml.load(before).data or {}
        except InvalidDocument as error:
            raise InvalidSettings(f"{path}: {error}") from error
    if not isinstance(kept, dict):
        raise InvalidSettings(f"{path}: a map of settings is needed")
    _replace(path, yaml.dump({**cast("dict[str, Any]", kept), **values}))
    try:
        _check(load(directory, os.environ), values)
    except InvalidSettings:
        if before is None:
            path.unlink()
        else:
            _replace(path, before)
        raise
    return path


def _check(found: Mapping[str, Any], values: Mapping[str, object]) -> None:
    for name, value in values.items():
        read = found[name]
        if (list(cast("tuple[str, ...]", read)) if isinstance(read, tuple) else read) != value:
            raise InvalidSettings(
                f"{name} is set in the environment or in a file that is read later than {NAME}:"
                " change it there"
            )


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    draft.write_text(text)
    draft.replace(path)
