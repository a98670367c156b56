"""Addresses that hold secrets: what may be shown of them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit, urlunsplit

HIDDEN = "***"

_TOKENS = ("http", "https")
"""With these schemes a user's name without a password is a token, as git hosts give them."""


@dataclass(frozen=True, slots=True)
class Account:
    """The secret part of an address: a password, or a token in the user's place."""

    user: str = ""
    password: str = ""


def apart(url: str) -> tuple[str, Account]:
    """An address without its secrets, and these; what is no address stays as it is."""
    try:
        parts = urlsplit(url)
        user, password = parts.username, parts.password
    except ValueError:
        return url, Account()
    place = parts.netloc.rpartition("@")[2]
    if password:
        place = f"{user}@{place}" if user else place
        return urlunsplit(parts._replace(netloc=place)), Account(password=unquote(password))
    if user and parts.scheme.lower() in _TOKENS:
        return urlunsplit(parts._replace(netloc=place)), Account(user=unquote(user))
    return url, Account()


def shown(url: str) -> str:
    """The address with its secrets hidden, for people."""
    bare, account = apart(url)
    if account == Account():
        return bare
    parts = urlsplit(bare)
    user, _, place = parts.netloc.rpartition("@")
    known = f"{user}:{HIDDEN}" if account.password else HIDDEN
    return urlunsplit(parts._replace(netloc=f"{known}@{place}"))
