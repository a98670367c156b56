"""Why a query cannot be asked, saved or refreshed."""

from __future__ import annotations


class InvalidCondition(Exception):
    """A condition cannot be used: correct the table, field, operator or value that it names."""


class UnknownField(InvalidCondition):
    """A condition names a field that its table does not have."""


class CannotSave(Exception):
    """The query is refused and nothing was changed: correct what the message names.

    ``taken``: the owner has a query of the name already.
    """

    def __init__(self, message: str, *, taken: bool = False) -> None:
        super().__init__(message)
        self.taken = taken


class NeverRefreshed(Exception):
    """The query is cached and has no results yet: refresh it first."""


class AskForLess(Exception):
    """The answer is too large, or takes too long: use a smaller limit, or closer conditions."""


class CannotRefresh(Exception):
    """The results of the query could not be read or kept; try again."""


class IsLive(CannotRefresh):
    """The query is live: its results are always current, and there is nothing to refresh."""


class BeingRefreshed(CannotRefresh):
    """The query is being refreshed now: wait for its results."""
