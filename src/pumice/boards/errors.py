"""What goes wrong while a virtual board is made."""

from __future__ import annotations


class ImageError(OSError):
    """A board's image could not be made: the message names the program and what it said.

    Usually the host's package lists are missing or old: run ``apt-get update`` and try again.
    """
