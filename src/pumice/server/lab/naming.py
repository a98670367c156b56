"""What names of devices, device types, workers, tags and aliases may be."""

from __future__ import annotations

from pumice.server.accounts.errors import CannotChange
from pumice.server.database.texts import is_storable


def check_name(name: str, kind: str, longest: int) -> str:
    """The name, if it can be one of `kind` of at most so many characters.

    A name stands in paths of files and of pages: it has no slash and no control character, and
    does not begin with a dot. Raises CannotChange.
    """
    if not name or len(name) > longest:
        raise CannotChange(f"the name of a {kind} has 1 to {longest} characters")
    if name.startswith(".") or "/" in name or not name.isprintable() or not is_storable(name):
        raise CannotChange(
            f"the name of a {kind} has no slash and no control character, and does not begin"
            f" with a dot: {name!r}"
        )
    return name
