"""Why what a person asks to be changed is not changed."""

from __future__ import annotations


class CannotChange(Exception):
    """The change is refused and nothing was changed: correct what the message names.

    ``taken``: the name is another's already; else a value cannot be stored.
    """

    def __init__(self, message: str, *, taken: bool = False) -> None:
        super().__init__(message)
        self.taken = taken
