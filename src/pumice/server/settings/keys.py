"""The site's key: the one secret from which others are derived, kept outside the database."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

_BYTES = 32


class InvalidSiteKey(Exception):
    """The site key must be 64 hexadecimal digits: restore secret.key or PUMICE_SECRET_KEY."""


def site_key(directory: Path) -> bytes:
    """The key's 32 bytes: PUMICE_SECRET_KEY, else ``DIR/secret.key``, made at the first call.

    The file has mode 0600 and appears whole or not at all, also when two processes make it.
    Raises InvalidSiteKey.
    """
    text = os.environ.get("PUMICE_SECRET_KEY")
    if text is None:
        text = _read_or_make(directory / "secret.key")
    try:
        key = bytes.fromhex(text.strip())
    except ValueError as error:
        raise InvalidSiteKey(str(InvalidSiteKey.__doc__)) from error
    if len(key) != _BYTES:
        raise InvalidSiteKey(str(InvalidSiteKey.__doc__))
    return key


def _read_or_make(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        mine = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(mine, path)
        except FileExistsError:
            pass  # another process was first: its key counts
        finally:
            mine.unlink()
    return path.read_text()
